/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables.  A guest starts with a base map, all of memory at its physical
 * address; a test adds to a copy of it one path of tables to one page, whose
 * every entry it can then change.
 *
 * Levels are numbered from the page up: 1 PTE, 2 PDE, 3 PDPTE, 4 PML4E,
 * 5 PML5E.  Paths are made for the mode that the CPU is in: PAE (3 levels),
 * 4-level or 5-level long mode.
 */
#ifndef GUESTS_PAGING_H
#define GUESTS_PAGING_H

#include <stdint.h>

#define PAGE_SIZE       4096u

#define PTE_PRESENT     (1ull << 0)
#define PTE_WRITABLE    (1ull << 1)
#define PTE_ACCESSED    (1ull << 5)
#define PTE_DIRTY       (1ull << 6)
#define PTE_LARGE       (1ull << 7)
#define PTE_NO_EXECUTE  (1ull << 63)

#define MAX_LEVELS      5

struct path {
    unsigned levels;
    unsigned leaf;                      /* level of the entry for the page */
    uintptr_t root;                     /* physical; CR3 without the C-bit */
    uintptr_t va;                       /* the page's other address */
    uint64_t *entry[MAX_LEVELS + 1];    /* by level */
};

/* The C-bit's mask as the guest found it by itself; 0 without SEV. */
extern const uint64_t c_bit;

/* CR3 of the base map. */
extern uint64_t base_cr3;

/*
 * Makes sure that paging has LEVELS levels: 0 is none, 2 legacy, 3 PAE.  The
 * 32-bit image turns on what is asked for; in the 64-bit image the CPU model
 * decides, so a wrong row ends the guest.
 */
void paging_init(unsigned levels);

/* The levels that can have shared memory, whatever the configuration says */
#ifdef __x86_64__
#define PAGING_OF_ES    0
#else
#define PAGING_OF_ES    3
#endif

/* The same for an AP: what paging_init() chose. */
void paging_enable(void);

/* The levels of the paging that is on. */
unsigned paging_levels(void);

/* The address of a zeroed page, used once and never given back. */
uintptr_t page_alloc(void);

/* Size of the page that an entry of LEVEL maps. */
uintptr_t page_size(unsigned level);

/* Name of an entry of LEVEL; of CR3 for 0. */
const char *level_name(unsigned level);

/* A path to the page that address PA lies in, without any C-bit. */
void path_build(struct path *path, unsigned leaf, uintptr_t pa);

/* Sets the C-bit in the entries whose level is in the bit mask LEVELS. */
void path_encrypt(struct path *path, uint64_t c_bit, unsigned levels);

/* What CR3 can hold of MASK: PAE's has 32 bits, so there is no C-bit in it. */
uint64_t cr3_bits(uint64_t mask);

/* Loads CR3 with the path's root, BITS added; flushes the TLB. */
void path_load(const struct path *path, uint64_t bits);

/* Back to the base map. */
void path_leave(void);

#endif
