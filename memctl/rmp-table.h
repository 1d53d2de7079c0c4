/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines how the RMP is kept in memory, for rmp.c and rmp-*.c alone.
 *
 * A slot is two words, of 8 and of 4 bytes, in arrays of their own. The first
 * has all that decides but most of the address, so most changes are one
 * store. The rest of the address is the second; whoever changes it marks the
 * first word BUSY meanwhile, and counts, so that a reader who caught the two
 * at different times notices and reads again. It waits for two stores at
 * most. (The count has 15 bits: a reader would have to sleep for a multiple
 * of 32768 moves of one page, between two loads.)
 *
 * Each 2 MiB also has the number of its 4K pages that are assigned, as the
 * processor's Sub_Page_Count.
 *
 * Who changes a slot holds the lock of its 2 MiB. These are few and shared
 * by regions, for one in each region would take memory and buy nothing.
 *
 * A page of 2 MiB is its first slot, and the 511 others are zero. A reader
 * looks at the first, then, if that is not of 2 MiB, at its own. Three rules
 * make what it sees a state that was: a region becomes 2 MiB only while its
 * other slots are zero; its other slots stay so until it is 4K again; and
 * PSMASH fills them before it turns the first over.
 */

#ifndef MEMCTL_RMP_TABLE_H
#define MEMCTL_RMP_TABLE_H

#include <stdatomic.h>

#include "memctl/rmp.h"

#define RMP_LOCKS      64
#define RMP_MAX_RANGES 64

/* The first word */
#define SLOT_ASSIGNED   (1ull << 0)
#define SLOT_VALIDATED  (1ull << 1)
#define SLOT_VMSA       (1ull << 2)
#define SLOT_IMMUTABLE  (1ull << 3)
#define SLOT_2M         (1ull << 4)
#define SLOT_IN_USE     (1ull << 5)
#define SLOT_GPA_SHIFT  6               /* 8 bits: GPA bits 51:44 */
#define SLOT_GPA_BITS   0x3fc0ull
#define SLOT_ASID_SHIFT 16              /* 16 bits */
#define SLOT_PERM_SHIFT 32              /* 4 bits for each VMPL */
#define SLOT_PERM_BITS  4
#define SLOT_FIELDS     0x0000ffffffff003full   /* without the address */
#define SLOT_SEQ_ONE    (1ull << 48)    /* 15 bits */
#define SLOT_SEQ_MASK   0x7fff000000000000ull
#define SLOT_BUSY       (1ull << 63)

/* The second word: GPA bits 43:12 */
#define SLOT_FRAME_BITS 32

#define SLOT_GPA_MASK   0x000ffffffffff000ull

typedef struct RmpRange {
    uint64_t spa;
    uint64_t npages;
    _Atomic uint64_t *fields;           /* of each 4 KiB: the first word */
    _Atomic uint32_t *frames;           /* of each 4 KiB: the second */
    _Atomic uint16_t *counts;           /* of each 2 MiB: pages assigned */
} RmpRange;

struct Rmp {
    RmpConfig config;
    atomic_flag locks[RMP_LOCKS];
    unsigned nranges;
    RmpRange ranges[RMP_MAX_RANGES];
};

/* One slot's content, both words at one moment */
typedef struct RmpView {
    uint64_t fields;                    /* SLOT_FIELDS alone */
    uint64_t gpa;
} RmpView;

/* Where an address is: its 2 MiB, and its place in there */
typedef struct RmpPlace {
    const RmpRange *range;
    uint64_t region;                    /* the first slot's number */
    unsigned index;
    unsigned npages;                    /* of the region: 512 or fewer */
} RmpPlace;

static inline unsigned view_asid(const RmpView *view)
{
    return view->fields >> SLOT_ASID_SHIFT & 0xffff;
}

static inline unsigned view_perm(const RmpView *view, unsigned vmpl)
{
    return vmpl >= RMP_VMPLS ? 0 :
           view->fields >> (SLOT_PERM_SHIFT + vmpl * SLOT_PERM_BITS) &
           RMP_PERM_ALL;
}

static inline uint64_t perm_fields(unsigned vmpl, unsigned mask)
{
    return (uint64_t)(mask & RMP_PERM_ALL) <<
           (SLOT_PERM_SHIFT + vmpl * SLOT_PERM_BITS);
}

/** rmp_find: false if the RMP does not cover it */
bool rmp_find(const Rmp *rmp, uint64_t spa, RmpPlace *place);

/** slot_read: both words of one moment, of the region's slot @index */
RmpView slot_read(const RmpPlace *place, unsigned index);

/** slot_write: the caller holds the region's lock */
void slot_write(const RmpPlace *place, unsigned index, const RmpView *view);

/**
 * rmp_view: what decides about a place
 * @slot: if not NULL, set to the index of the slot that does
 */
RmpView rmp_view(const RmpPlace *place, unsigned *slot);

/** region_count: 4K pages of the region that are assigned */
unsigned region_count(const RmpPlace *place);

/** region_add: the caller holds the region's lock */
void region_add(const RmpPlace *place, int pages);

void rmp_lock(Rmp *rmp, uint64_t spa);
void rmp_unlock(Rmp *rmp, uint64_t spa);

void view_to_entry(const RmpView *view, RmpEntry *entry);
RmpView entry_to_view(const RmpEntry *entry);

/**
 * rmp_tell: call RmpConfig.changed if @now allows less than @old did
 *
 * Not under a lock.
 */
void rmp_tell(const Rmp *rmp, void *who, uint64_t spa, const RmpView *old,
              const RmpView *now);

/**
 * rmp_check_owner: the rules that private accesses and a guest's
 * instructions share, up to Page-Size (APM table 15-39)
 */
RmpRule rmp_check_owner(const RmpView *view, const RmpAccess *access);

/** rmp_raise: fill in @fault; returns false, for rmp_check() */
bool rmp_raise(RmpFault *fault, RmpRule rule, const RmpAccess *access,
               const RmpView *view);

#endif
