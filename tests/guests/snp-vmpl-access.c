/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_access": VMPL "vmpl=" accesses a page of "page=" as "kind="
 * says, with the permissions "perms=" (RMP_PERM_*).  Where these allow it, it
 * gets what is there; else the guest ends, and QEMU says who lacked what.
 *
 * "first=" is what has happened before, for what is in TLBs: "vmpl0" or "vmpl1",
 * that one has used the page since the other ran; "read", that one has read it;
 * "taken", it had all permissions, has used them, and then they were taken
 * away.  All have the same page tables, and nobody loads CR3.
 *
 * "by=" is who gives the permissions: VMPL 0, or "vmpl1", that one; or
 * "nobody", so that there are none.
 */
#include "ap-creation.h"
#include "config.h"
#include "paging.h"
#include "probe.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "user64.h"
#include "vmpl.h"

#define NEXT            1
#define NEXT_INDEX      (MAX_CPUS - 2)
#define OTHER_INDEX     (MAX_CPUS - 1)
#define CODE_VALUE      0x5e

/* mov $CODE_VALUE, %eax; ret: eight bytes with what is behind */
static const uint8_t code[8] = { 0xb8, CODE_VALUE, 0, 0, 0, 0xc3 };

/* What CPL 3 does with the page that RAX says; it must not execute INT3. */
static const uint8_t user_call[] = { 0xff, 0xd0, 0xcc };
static const uint8_t user_read[] = { 0x48, 0x8b, 0x00, 0xcc };
/* mov %rcx, (%rax); mov (%rax), %rax */
static const uint8_t user_write[] = {
    0x48, 0x89, 0x08, 0x48, 0x8b, 0x00, 0xcc
};

/* The page, and which of it is accessed: of 2 MiB the last 4 KiB */
static uintptr_t page, size, spot, there;
static unsigned vmpl;
static struct path path;
static volatile uint64_t got, rounds;

static uint64_t content(void)
{
    uint64_t value;

    memcpy(&value, code, sizeof(value));
    return value;
}

static bool is(const char *key, const char *value)
{
    char text[16];

    config_text(key, text, sizeof(text));
    return str_equal(text, value);
}

static bool as_user(void)
{
    return is("kind", "user-read") || is("kind", "user-write") ||
           is("kind", "user-fetch");
}

/* At CPL 3; what is in RAX then */
static uint64_t access_as_user(void)
{
    struct gprs gprs = { .ax = spot, .cx = content() };

    if (is("kind", "user-read")) {
        run_place(user_read, sizeof(user_read));
    } else if (is("kind", "user-write")) {
        run_place(user_write, sizeof(user_write));
    } else {
        run_place(user_call, sizeof(user_call));
    }
    user_fault(catch_fault(user_run, (uintptr_t)&gprs, SEL_USER_CODE64));
    return caught_regs()->ax;
}

static uint64_t access(void)
{
    if (as_user()) {
        return access_as_user();
    }
    if (is("kind", "write")) {
        return probe_write(spot, content());
    }
    if (is("kind", "fetch")) {
        return probe_call(spot, 0);
    }
    /* The walk has to read the page, as the table of the path's last level. */
    return probe_read(is("kind", "walk") ? path.va : spot, 0);
}

static bool others_first(void)
{
    return is("first", "vmpl0") || is("first", "vmpl1");
}

static void other(__attribute__((unused)) uint64_t unused)
{
    if (as_user()) {
        tss_init();
        user_allow(page);
    }
    if (is("first", "read")) {
        probe_read(spot, 0);
    }
    if (others_first()) {
        vmpl_run(0);
    }
    for (;;) {
        got = access();
        rounds++;
        vmpl_run(0);
    }
}

static void once(__attribute__((unused)) uint64_t unused)
{
    got = access();
}

static void make(unsigned n, unsigned index, VmplFn *fn)
{
    SevVmsa *vmsa = vmpl_area(n, index, fn, 0);

    vmpl_admit(n);
    if (is("kind", "walk")) {
        vmsa->cr3 = le64_of(path.root | c_bit);
        rmpadjust(there, 0, n | RMP_PERM_ALL << 8);
    }
    vmpl_own(n, vmsa);
}

static void permit(unsigned n, unsigned perms)
{
    if (rmpadjust(page, size == SIZE_2M, n | perms << 8).status) {
        bail_out("RMPADJUST gives VMPL %u no permissions %x", n,
                 (uint64_t)perms);
    }
}

static void adjust(uint64_t perms)
{
    permit(vmpl, perms);
}

static void give(unsigned perms)
{
    if (is("by", "vmpl1")) {
        SevVmsa *vmsa = vmpl_area(NEXT, NEXT_INDEX, adjust, perms);

        permit(NEXT, RMP_PERM_ALL);
        vmpl_admit(NEXT);
        vmpl_own(NEXT, vmsa);
        vmpl_run(NEXT);
    } else if (!is("by", "nobody")) {
        adjust(perms);
    }
}

static void use_at_vmpl_1(void)
{
    permit(NEXT, RMP_PERM_ALL);
    make(NEXT, NEXT_INDEX, once);
    vmpl_run(NEXT);
    check_equal((uint32_t)got, (uint32_t)content(), "VMPL 1 has used the page");
}

/* Another address of the page THERE, which PAGE is the last table for */
static void build_path(void)
{
    there = fresh_alloc(SIZE_4K);
    snp_accept(there, SIZE_4K);
    *(uint64_t *)there = content();
    path_build(&path, 1, there);
    path_encrypt(&path, c_bit, ~0u);
    memcpy((void *)page, (void *)((uintptr_t)path.entry[1] & -PAGE_SIZE),
           PAGE_SIZE);
    *path.entry[2] = (*path.entry[2] & (PAGE_SIZE - 1)) | page | c_bit;
    path_load(&path, c_bit);
}

static void prepare(void)
{
    size = config_page() == 2 ? SIZE_2M : SIZE_4K;
    page = fresh_alloc(size);
    snp_accept(page, size);
    spot = page + size - SIZE_4K;
    memcpy((void *)spot, code, sizeof(code));
    if (is("kind", "walk")) {
        build_path();
    }
}

static uint64_t expected(void)
{
    return is("kind", "fetch") || is("kind", "user-fetch")
           ? CODE_VALUE : (uint32_t)content();
}

SUITE(snp_vmpl_access)
{
    unsigned perms = config_number("perms", RMP_PERM_ALL);

    vmpl = config_number("vmpl", 2);
    prepare();
    make(vmpl, OTHER_INDEX, other);
    if (others_first()) {
        vmpl_run(vmpl);
    }
    if (is("first", "taken")) {
        permit(vmpl, RMP_PERM_ALL);
        vmpl_run(vmpl);
    }
    give(perms);
    if (is("first", "vmpl1")) {
        use_at_vmpl_1();
    }
    if (is("first", "vmpl0")) {
        access();
    }
    vmpl_run(vmpl);
    check(rounds, "VMPL %u has done it", vmpl);
    check_equal((uint32_t)got, expected(), "and has got what is there");
}
