/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_access": VMPL 2 accesses a page as "kind=" says, with the
 * permissions "perms=" (RMP_PERM_*).  Where these allow it, it gets what is
 * there; else the guest ends, and QEMU says who lacked what.
 *
 * "first=" is what has happened before, for what is in TLBs: "vmpl0" or "vmpl1",
 * that one has used the page since VMPL 2 ran; "read", VMPL 2 has read it;
 * "taken", VMPL 2 had all permissions, has used them, and then they were taken
 * away.  All have the same page tables, and nobody loads CR3.
 */
#include "ap-creation.h"
#include "config.h"
#include "paging.h"
#include "probe.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define NEXT            1
#define NEXT_INDEX      (MAX_CPUS - 2)
#define OTHER           2
#define OTHER_INDEX     (MAX_CPUS - 1)
#define CODE_VALUE      0x5e

/* mov $CODE_VALUE, %eax; ret: eight bytes with what is behind */
static const uint8_t code[8] = { 0xb8, CODE_VALUE, 0, 0, 0, 0xc3 };

static uintptr_t page, there;
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

static uint64_t access(void)
{
    if (is("kind", "write")) {
        return probe_write(page, content());
    }
    if (is("kind", "fetch")) {
        return probe_call(page, 0);
    }
    /* The walk has to read the page, as the table of the path's last level. */
    return probe_read(is("kind", "walk") ? path.va : page, 0);
}

static bool others_first(void)
{
    return is("first", "vmpl0") || is("first", "vmpl1");
}

static void other(__attribute__((unused)) uint64_t unused)
{
    if (is("first", "read")) {
        probe_read(page, 0);
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

static void make(unsigned vmpl, unsigned index, VmplFn *fn)
{
    SevVmsa *vmsa = vmpl_area(vmpl, index, fn, 0);

    vmpl_admit(vmpl);
    if (is("kind", "walk")) {
        vmsa->cr3 = le64_of(path.root | c_bit);
        rmpadjust(there, 0, vmpl | RMP_PERM_ALL << 8);
    }
    vmpl_own(vmpl, vmsa);
}

static void use_at_vmpl_1(void)
{
    rmpadjust(page, 0, NEXT | RMP_PERM_ALL << 8);
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
    page = fresh_alloc(SIZE_4K);
    snp_accept(page, SIZE_4K);
    memcpy((void *)page, code, sizeof(code));
    if (is("kind", "walk")) {
        build_path();
    }
}

static uint64_t expected(void)
{
    return is("kind", "fetch") ? CODE_VALUE : (uint32_t)content();
}

SUITE(snp_vmpl_access)
{
    unsigned perms = config_number("perms", RMP_PERM_ALL);

    prepare();
    make(OTHER, OTHER_INDEX, other);
    if (others_first()) {
        vmpl_run(OTHER);
    }
    if (is("first", "taken")) {
        rmpadjust(page, 0, OTHER | RMP_PERM_ALL << 8);
        vmpl_run(OTHER);
    }
    rmpadjust(page, 0, OTHER | perms << 8);
    if (is("first", "vmpl1")) {
        use_at_vmpl_1();
    }
    if (is("first", "vmpl0")) {
        access();
    }
    vmpl_run(OTHER);
    check(rounds, "VMPL 2 has done it");
    check_equal((uint32_t)got, expected(), "and has got what is there");
}
