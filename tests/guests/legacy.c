/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "legacy" (32-bit): without paging and with legacy paging, whose
 * 32-bit entries have no place for a C-bit, all is private and all works.
 */
#include "paging.h"
#include "probe.h"
#include "suite.h"

#define VA      0x40000000u

/* Adds to the base map one table with a page, mapped read-only. */
static uint32_t *map_page(uintptr_t page)
{
    uint32_t *root = (uint32_t *)(uintptr_t)base_cr3;
    uint32_t *table = (uint32_t *)page_alloc();

    table[0] = page | PTE_PRESENT;
    root[VA >> 22] = (uintptr_t)table | PTE_PRESENT | PTE_WRITABLE;
    path_leave();
    return table;
}

static void check_small_page(void)
{
    uintptr_t page = page_alloc();
    uint32_t *table = map_page(page);
    struct fault f;

    write32(page, 0x6c656761);
    f = catch_fault(probe_read, VA, 0);
    check_equal(f.value, 0x6c656761, "a 4 KiB page of legacy paging is read");
    f = catch_fault(probe_write, VA, 1);
    check_fault(f, (struct fault) {
        .vector = VECTOR_PF, .error = PF_PRESENT | PF_WRITE,
        .ip = (uintptr_t)probe_write_ip, .cr2 = VA,
    }, "a read-only page of legacy paging is not written");
    table[0] |= PTE_WRITABLE;
    path_leave();
    f = catch_fault(probe_write, VA, 2);
    check(f.vector == NO_FAULT && read32(page) == 2,
          "a writable page of legacy paging is written");
    check(table[0] & PTE_DIRTY && table[0] & PTE_ACCESSED,
          "its entry is marked accessed and dirty");
}

SUITE(legacy)
{
    uintptr_t page = page_alloc();

    check_equal(paging_levels(), 2, "legacy paging is on");
    check_equal(read_cr3(), base_cr3, "CR3 is read back as written");
    check_small_page();

    write32(page, 1);
    write_cr0(read_cr0() & ~CR0_PG);
    check_equal(read32(page), 1, "memory is the same without paging");
    write32(page, 2);
    write_cr0(read_cr0() | CR0_PG);
    check_equal(read32(page), 2, "memory is the same with paging again");
}
