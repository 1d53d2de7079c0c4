/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page tables: see paging.h. */
#include "paging.h"
#include "text.h"
#include "x86.h"

#define ENTRY_TABLE     (PTE_PRESENT | PTE_WRITABLE)

/* Above the program, below the smallest memory that a row gives. */
#define POOL_START      0x400000

unsigned paging_levels(void)
{
    uintptr_t cr4 = read_cr4();

    if (!(read_cr0() & CR0_PG)) {
        return 0;
    }
#ifdef __x86_64__
    return cr4 & CR4_LA57 ? 5 : 4;
#else
    return cr4 & CR4_PAE ? 3 : 2;
#endif
}

uintptr_t page_alloc(void)
{
    static uintptr_t next = POOL_START;
    uintptr_t page = next;

    next += PAGE_SIZE;
    memset((void *)page, 0, PAGE_SIZE);
    return page;
}

static unsigned level_shift(unsigned level)
{
    return 12 + 9 * (level - 1);
}

uintptr_t page_size(unsigned level)
{
    return (uintptr_t)1 << level_shift(level);
}

const char *level_name(unsigned level)
{
    static const char * const names[] = {
        "CR3", "PTE", "PDE", "PDPTE", "PML4E", "PML5E"
    };

    return names[level];
}

static uint64_t *entry_of(uintptr_t table, uintptr_t va, unsigned level)
{
    return (uint64_t *)table + (va >> level_shift(level) & 511);
}

/* PAE's four PDPTEs have no writable bit: it is reserved there. */
static uint64_t table_flags(const struct path *path, unsigned level)
{
    return path->levels == 3 && level == 3 ? PTE_PRESENT : ENTRY_TABLE;
}

void path_build(struct path *path, unsigned leaf, uintptr_t pa)
{
    uintptr_t table = page_alloc(), size = page_size(leaf);
    unsigned level;

    path->levels = paging_levels();
    path->leaf = leaf;
    path->root = table;
    /* The root's second entry: the base map lies in the others. */
    path->va = page_size(path->levels) + (pa & (size - 1));
    memcpy((void *)table, (void *)(uintptr_t)(base_cr3 & ~c_bit), PAGE_SIZE);
    for (level = path->levels; level > leaf; level--) {
        path->entry[level] = entry_of(table, path->va, level);
        table = page_alloc();
        *path->entry[level] = table | table_flags(path, level);
    }
    path->entry[leaf] = entry_of(table, path->va, leaf);
    *path->entry[leaf] = (pa & ~(size - 1)) | ENTRY_TABLE |
                         (leaf > 1 ? PTE_LARGE : 0);
}

void path_encrypt(struct path *path, uint64_t mask, unsigned levels)
{
    for (unsigned level = path->leaf; level <= path->levels; level++) {
        *path->entry[level] &= ~mask;
        *path->entry[level] |= levels & 1u << level ? mask : 0;
    }
}

uint64_t cr3_bits(uint64_t mask)
{
    return paging_levels() > 3 ? mask : 0;
}

void path_load(const struct path *path, uint64_t bits)
{
    write_cr3(path->root | bits);
}

void path_leave(void)
{
    write_cr3(base_cr3);
}
