/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_tlb": what a CPU may have kept of a VMPL while another runs
 *
 * VMPL 0 and 2 have page tables of their own, in which one address is page
 * HOME or page AWAY.  VMPL 2 does what VMPL 0 tells it; each looks at the
 * address before something changes, so that there is something to be kept.
 */
#include "exception.h"
#include "msr.h"
#include "paging.h"
#include "probe.h"
#include "snp.h"
#include "smp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"
#include "x86.h"

#define OTHER           2
#define OTHER_INDEX     (MAX_CPUS - 1)
#define PF              14

#define CR0_WP          (1u << 16)
#define CR4_SMEP        (1u << 20)
#define CR4_PKE         (1u << 22)
#define PTE_USER        (1u << 2)
#define PKRU_NO_ACCESS  1u      /* of key 0 */

enum { HOME = 0x1e, AWAY = 0x2f };

static uintptr_t home, away;
static struct path own, others;
static ProbeFn *volatile told;
static volatile struct fault answer;

/* mov $value, %eax; ret */
static uintptr_t make_page(uint8_t value)
{
    uintptr_t page = page_alloc();

    *(uint64_t *)page = 0xb8 | (uint64_t)value << 8 | 0xc3ull << 40;
    return page;
}

static void make_path(struct path *path, uintptr_t page)
{
    path_build(path, 1, page);
    path_encrypt(path, c_bit, ~0u);
}

static void obey(__attribute__((unused)) uint64_t unused)
{
    for (;;) {
        answer = catch_fault(told, others.va, *(uint64_t *)home);
        vmpl_run(0);
    }
}

static uintptr_t look_and_flush(uintptr_t a, uintptr_t b)
{
    asm volatile("invlpg (%0)" : : "r"(a) : "memory");
    return probe_call(a, b);
}

static struct fault tell(ProbeFn *what)
{
    told = what;
    vmpl_run(OTHER);
    return answer;
}

static unsigned other_calls(void)
{
    return (unsigned)tell(probe_call).value;
}

static unsigned own_call(void)
{
    return (unsigned)probe_call(own.va, 0);
}

static void point(struct path *path, uintptr_t page)
{
    *path->entry[1] = (*path->entry[1] & (PAGE_SIZE - 1)) | page | c_bit;
}

static void test_each_its_own(void)
{
    for (int i = 0; i < 3; i++) {
        check_equal(own_call(), HOME, "VMPL 0 executes its page");
        check_equal(other_calls(), AWAY, "VMPL 2 executes its own there");
        check_equal(tell(probe_read).value, *(uint64_t *)away,
                    "and reads it");
    }
}

/* The register is in the save area, and VMPL 0 may write there. */
static void test_other_tables(SevVmsa *vmsa)
{
    vmsa->cr3 = le64_of(own.root | c_bit);
    check_equal(other_calls(), HOME, "another CR3 in the save area is used");
    vmsa->cr3 = le64_of(others.root | c_bit);
    check_equal(other_calls(), AWAY, "and the one before again");
}

static void test_own_flush(void)
{
    point(&others, home);
    check_equal(tell(look_and_flush).value, HOME,
                "VMPL 2 changes its tables, and INVLPG lets it see that");
    check_equal(own_call(), HOME, "VMPL 0 has what it had");
    point(&others, away);
    check_equal(tell(look_and_flush).value, AWAY, "and back");
}

/* CR0.WP decides whether VMPL 2 may write to its page. */
static void test_other_mode(SevVmsa *vmsa)
{
    uint64_t cr0 = le64_get(vmsa->cr0);

    *others.entry[1] &= ~PTE_WRITABLE;
    vmsa->cr0 = le64_of(cr0 & ~(uint64_t)CR0_WP);
    tell(look_and_flush);
    check_equal(tell(probe_write).vector, NO_FAULT,
                "without CR0.WP in the save area VMPL 2 writes anywhere");
    vmsa->cr0 = le64_of(cr0 | CR0_WP);
    check_equal(tell(probe_write).vector, PF, "with it it does not");
    vmsa->cr0 = le64_of(cr0);
    *others.entry[1] |= PTE_WRITABLE;
    *(uint64_t *)away = *(uint64_t *)home;
}

static void expect(ProbeFn *what, unsigned vector, const char *register_name)
{
    check_equal(tell(what).vector, vector, "%s in the save area decides",
                register_name);
}

/* A page of the user's, without a protection key, may be used by all. */
static void test_other_registers(SevVmsa *vmsa)
{
    uint64_t cr4 = le64_get(vmsa->cr4), efer = le64_get(vmsa->efer);

    for (unsigned level = 1; level <= others.levels; level++) {
        *others.entry[level] |= PTE_USER;
    }
    tell(look_and_flush);
    expect(probe_call, NO_FAULT, "CR4.SMEP 0");
    vmsa->cr4 = le64_of(cr4 | CR4_SMEP);
    expect(probe_call, PF, "CR4.SMEP");

    vmsa->cr4 = le64_of(cr4 | CR4_PKE);
    expect(probe_read, NO_FAULT, "PKRU 0");
    vmsa->pkru = le32_of(PKRU_NO_ACCESS);
    expect(probe_read, PF, "PKRU");
    vmsa->pkru = le32_of(0);
    vmsa->cr4 = le64_of(cr4);

    *others.entry[1] |= PTE_NO_EXECUTE;
    tell(look_and_flush);
    expect(probe_read, NO_FAULT, "EFER.NXE");
    vmsa->efer = le64_of(efer & ~(uint64_t)EFER_NXE);
    expect(probe_read, PF, "EFER.NXE 0");
    vmsa->efer = le64_of(efer);
    *others.entry[1] &= ~PTE_NO_EXECUTE;
    tell(look_and_flush);
}

static SevVmsa *area(void)
{
    SevVmsa *vmsa = vmpl_area(OTHER, OTHER_INDEX, obey, 0);

    vmsa->cr3 = le64_of(others.root | c_bit);
    return vmsa;
}

/* What takes something from somebody flushes all TLBs. */
static void flush_all(void)
{
    rmpadjust(home, 0, OTHER);
    rmpadjust(home, 0, OTHER | RMP_PERM_ALL << 8);
}

/*
 * Nobody has executed INVLPG: but what starts has nothing from before.  (Taking
 * a page that is in a TLB as a save area would flush as well.)
 */
static void test_new_area(void)
{
    SevVmsa *vmsa = area();

    ((uint8_t *)away)[1] = AWAY;
    flush_all();
    check_equal(other_calls(), AWAY, "VMPL 2 has executed its page");
    point(&others, home);
    vmpl_own(OTHER, vmsa);
    check_equal(other_calls(), HOME, "a new save area begins without a TLB");
}

SUITE(snp_vmpl_tlb)
{
    SevVmsa *vmsa;

    home = make_page(HOME);
    away = make_page(AWAY);
    make_path(&own, home);
    make_path(&others, away);
    vmpl_admit(OTHER);
    vmsa = area();
    vmpl_own(OTHER, vmsa);
    path_load(&own, c_bit);

    test_each_its_own();
    test_other_tables(vmsa);
    test_own_flush();
    test_other_mode(vmsa);
    test_other_registers(vmsa);
    test_new_area();
    path_leave();
}
