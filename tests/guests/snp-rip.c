/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_rip": accesses that QEMU says a line about, none of them the
 * first instruction where a block of code begins.  test_guests.py compares
 * the RIPs of those lines with the ones that are printed here.
 */
#include "paging.h"
#include "probe.h"
#include "snp.h"
#include "suite.h"

/* Each instruction behind others that can be translated together with it */
extern const char late_read_ip[], late_write_ip[], late_pvalidate_ip[];

static uintptr_t late_read(uintptr_t a, uintptr_t b)
{
    uintptr_t value = 0;

    asm volatile("mov %1, %0\nadd $1, %0\nnop\n"
                 "late_read_ip: mov (%2), %0"
                 : "+&r"(value) : "r"(b), "r"(a) : "memory", "cc");
    return value;
}

static uintptr_t late_write(uintptr_t a, uintptr_t b)
{
    uintptr_t first;

    /* A good access before, as the TLB's entry for this one is at hand */
    asm volatile("mov (%%rsp), %0\nlea 1(%0), %0\n"
                 "late_write_ip: mov %1, (%2)\nmov (%%rsp), %0"
                 : "=&r"(first) : "r"(b), "r"(a) : "memory");
    return b;
}

static uintptr_t late_pvalidate(uintptr_t a, uintptr_t b)
{
    uint32_t status;

    asm volatile("nop\nlea (%%rax), %%rax\n"
                 "late_pvalidate_ip: repne; .byte 0x0f, 0x01, 0xff"
                 : "=a"(status) : "a"(a), "c"(0), "d"(b) : "memory", "cc");
    return status;
}

static uintptr_t shared_view(struct path *path, uintptr_t page)
{
    path_build(path, 1, page);
    path_encrypt(path, c_bit, ~0u << 2);
    path_load(path, c_bit);
    return path->va;
}

/* Says what QEMU's next line about this CPU has to begin with. */
static void expect(const char *ip)
{
    remark("RIP %x", (uint64_t)(uintptr_t)ip);
}

static void check_not_validated(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);
    struct fault f;

    psc_one(page, GHCB_PSC_OP_PRIVATE, false);
    expect(late_read_ip);
    f = catch_vc(late_read, page, 5);
    check(f.vector == VECTOR_VC && f.ip == (uintptr_t)late_read_ip,
          "a page that is not validated cannot be read");
    expect((const char *)page);
    f = catch_vc(probe_call, page, 0);
    check(f.vector == VECTOR_VC && f.ip == page,
          "nor executed");
}

static void check_converted(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);
    struct path path;

    snp_accept(page, SIZE_4K);
    expect(late_write_ip);
    check_equal(catch_vc(late_write, shared_view(&path, page), 5).vector,
                NO_FAULT, "a page that is accessed shared is converted");
    path_leave();
    page = fresh_alloc(SIZE_4K);
    expect(late_pvalidate_ip);
    check_equal(catch_vc(late_pvalidate, page, 1).vector, NO_FAULT,
                "so is one that is nobody's, by PVALIDATE");
}

/* The table's page is not validated: first by a load, then by PVALIDATE */
static void check_walk(void)
{
    uintptr_t page = page_alloc(), table = fresh_alloc(SIZE_4K);
    struct path path;

    psc_one(table, GHCB_PSC_OP_PRIVATE, false);
    path_build(&path, 1, page);
    path_encrypt(&path, c_bit, ~0u);
    *path.entry[2] = table | PTE_PRESENT | PTE_WRITABLE | c_bit;
    path_load(&path, c_bit);
    expect(late_read_ip);
    check_equal(catch_vc(late_read, path.va, 5).vector, VECTOR_VC,
                "a page table that is not validated is not walked");
    expect(late_pvalidate_ip);
    check_equal(catch_vc(late_pvalidate, path.va, 1).vector, VECTOR_VC,
                "nor by PVALIDATE");
    path_leave();
}

SUITE(snp_rip)
{
    check_not_validated();
    check_converted();
    check_walk();
}
