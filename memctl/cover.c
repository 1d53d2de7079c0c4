/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps in mind which pages may be in a TLB, and which are known to be good.
 *
 * Why no TLB keeps what the RMP has taken away. A processor that fills does,
 * in this order:
 *
 *     F1  sets the page's bit in_tlb, if it is not set
 *     F2  reads the bit good, and is done if it is set
 *     F3  reads the generation
 *     F4  reads the RMP entry (rmp_check)
 *     F5  sets the bit good, if the generation is still that of F3
 *
 * Who changes an entry, and who flushes:
 *
 *     C1  writes the RMP entry              B1  counts the flush
 *     C2  counts the generation, and        B2  clears all bits in_tlb
 *         clears the bits good              B3  has all processors flush
 *     C3  reads the bits in_tlb             B4  takes the flush from the count
 *     C4  reads the count of flushes
 *
 * - C3 against F1. Each side writes, then reads what the other has written:
 *   the one case in which even x86 lets the reading come first. Then both
 *   would miss each other: a TLB gets the old entry, and nobody flushes it.
 *   With full fences at least one side sees the other. A read-modify-write is
 *   no such fence on arm64 or ppc64, where later loads may pass its store.
 *   So there is one between C1 and C3, one between C2 and C3, and one between
 *   F1 and F4. F2 is on every fill's way, and has none: F1 and F2 are
 *   sequentially consistent accesses, among which and the fences of C there
 *   is one order for all (C11 7.17.3), which costs loads nothing on x86.
 *   This also holds where F1 finds the bit set by another processor: C may
 *   not have seen it yet, and then both of F2 and F4 are later than C's fence.
 * - F5 against C2. A good bit is set and cleared under a lock, with the
 *   generation. Either C2 is first, and then F5 finds another generation than
 *   F3 has read, or C2 clears what F5 has set. If F3 reads what C2 has
 *   written, F4 reads what C1 has: the fence before C2 is a release for F3.
 *   F5 is a release too: who finds the bit set sees what had been seen there.
 * - C3 against B2. The bit may be clear while a TLB still has the page, until
 *   that TLB is flushed. So B1 is seen by whoever has seen B2: there is a full
 *   fence between B1 and B2, and one that keeps loads in order between C3 and
 *   C4. A flush under way makes C flush again, for it may have come to the
 *   processor in question before C1 (and the page been looked up again), or
 *   come to it only after C counts as done.
 * - F1 against B2. If F1 sets the bit before B2 clears it, B3 reaches that
 *   processor after F1's fill; if it finds it set before B2, likewise. For
 *   that, B3 tells each processor by something that orders memory (a queue
 *   with a lock), and a processor flushes between fills, not within one.
 * - B4 is after all processors' flushes, by the same queues. Who reads the
 *   count without this flush in it, reads what was before B4.
 *
 * test-cover-steps.c fails if one of these is missing, except for the fence
 * between F2 and F3: that is for a bit that another processor is just setting.
 */

#include <stdatomic.h>
#include <stdlib.h>

#include "abi/rmp.h"
#include "memctl/cover.h"
#include "memctl/spin.h"

#define MAX_RANGES 64
#define WORD_BITS  (8 * sizeof(unsigned long))

/* Bits good: as shared memory, and as private memory at each VMPL */
#define GOOD_KINDS (1 + RMP_VMPLS)

typedef struct CoverRange {
    uint64_t spa;
    uint64_t npages;
    atomic_ulong *in_tlb;
    atomic_ulong *good[GOOD_KINDS];
    atomic_flag lock;           /* to write the bits good, and the next two */
    unsigned learned;           /* kinds of which a bit has ever been set */
    atomic_uint generation;     /* how often something was forgotten */
} CoverRange;

struct Cover {
    unsigned kinds;             /* of bits good that there are, 2 or more */
    unsigned nranges;
    atomic_uint flushes;        /* that are under way */
    CoverRange ranges[MAX_RANGES + 1];  /* the one after the last is empty */
};

Cover *cover_new(unsigned vmpls)
{
    Cover *cover = vmpls && vmpls <= RMP_VMPLS ? calloc(1, sizeof(*cover))
                                               : NULL;

    if (cover) {
        cover->kinds = 1 + vmpls;
    }
    return cover;
}

static void range_free(CoverRange *range)
{
    free(range->in_tlb);
    for (unsigned kind = 0; kind < GOOD_KINDS; kind++) {
        free(range->good[kind]);
    }
}

void cover_free(Cover *cover)
{
    if (cover) {
        for (unsigned i = 0; i < cover->nranges; i++) {
            range_free(&cover->ranges[i]);
        }
        free(cover);
    }
}

static uint64_t words_of(const CoverRange *range)
{
    return (range->npages + WORD_BITS - 1) / WORD_BITS;
}

static bool range_allocate(CoverRange *range, unsigned kinds)
{
    uint64_t words = words_of(range);
    bool done;

    if (words > SIZE_MAX) {
        return false;
    }
    range->in_tlb = calloc(words, sizeof(*range->in_tlb));
    done = range->in_tlb;
    for (unsigned kind = 0; kind < kinds; kind++) {
        range->good[kind] = calloc(words, sizeof(*range->good[kind]));
        done = done && range->good[kind];
    }
    return done;
}

bool cover_add_range(Cover *cover, uint64_t spa, uint64_t size)
{
    CoverRange *range = &cover->ranges[cover->nranges];

    if (spa % RMP_PAGE_SIZE || !size || size % RMP_PAGE_SIZE ||
        spa + size < spa || cover->nranges == MAX_RANGES) {
        return false;
    }
    for (unsigned i = 0; i < cover->nranges; i++) {
        const CoverRange *other = &cover->ranges[i];

        if (spa < other->spa + other->npages * RMP_PAGE_SIZE &&
            other->spa < spa + size) {
            return false;
        }
    }
    *range = (CoverRange) { .spa = spa, .npages = size / RMP_PAGE_SIZE };
    atomic_flag_clear(&range->lock);
    if (!range_allocate(range, cover->kinds)) {
        range_free(range);
        *range = (CoverRange) { 0 };
        return false;
    }
    cover->nranges++;
    return true;
}

/* The range of an address, and the page's number in it; or NULL */
static inline CoverRange *find(Cover *cover, uint64_t spa, uint64_t *page)
{
    for (CoverRange *range = cover->ranges; ; range++) {
        /* Below the range, this wraps around to more than any has. */
        *page = (spa - range->spa) / RMP_PAGE_SIZE;
        if (*page < range->npages) {
            return range;
        }
        if (!range->npages) {
            return NULL;
        }
    }
}

static inline unsigned long bit_of(uint64_t page)
{
    return 1ul << page % WORD_BITS;
}

static inline bool is_set(atomic_ulong *words, uint64_t page)
{
    return atomic_load(&words[page / WORD_BITS]) >> page % WORD_BITS & 1;
}

static inline unsigned kind_of(bool private, unsigned vmpl)
{
    return private ? 1 + vmpl : 0;
}

bool cover_fill_begin(Cover *cover, uint64_t spa, bool private, unsigned vmpl,
                      unsigned *generation)
{
    uint64_t page;
    CoverRange *range = find(cover, spa, &page);

    if (!range) {
        *generation = 0;
        return false;
    }
    if (!is_set(range->in_tlb, page)) {
        atomic_fetch_or(&range->in_tlb[page / WORD_BITS], bit_of(page));
    }
    if (is_set(range->good[kind_of(private, vmpl)], page)) {
        return true;
    }
    atomic_thread_fence(memory_order_seq_cst);
    *generation = atomic_load_explicit(&range->generation,
                                       memory_order_acquire);
    return false;
}

void cover_learn(Cover *cover, uint64_t spa, bool private, unsigned vmpl,
                 unsigned generation)
{
    uint64_t page;
    CoverRange *range = find(cover, spa, &page);
    atomic_ulong *good;

    if (!range) {
        return;
    }
    good = range->good[kind_of(private, vmpl)];
    spin_lock(&range->lock);
    range->learned |= 1u << kind_of(private, vmpl);
    if (atomic_load_explicit(&range->generation, memory_order_relaxed) ==
        generation) {
        atomic_fetch_or_explicit(&good[page / WORD_BITS], bit_of(page),
                                 memory_order_release);
    }
    spin_unlock(&range->lock);
}

/* The bits of the pages from @first on, before @last, in their word @index */
static unsigned long mask_of(uint64_t first, uint64_t last, uint64_t index)
{
    unsigned long mask = ~0ul;

    if (index == first / WORD_BITS) {
        mask <<= first % WORD_BITS;
    }
    if (index == last / WORD_BITS) {
        mask &= bit_of(last) - 1;
    }
    return mask;
}

static void clear(atomic_ulong *words, uint64_t first, uint64_t last)
{
    for (uint64_t i = first / WORD_BITS; i * WORD_BITS < last; i++) {
        unsigned long mask = mask_of(first, last, i);

        if (atomic_load_explicit(&words[i], memory_order_relaxed) & mask) {
            atomic_fetch_and_explicit(&words[i], ~mask, memory_order_relaxed);
        }
    }
}

static bool any(atomic_ulong *words, uint64_t first, uint64_t last)
{
    for (uint64_t i = first / WORD_BITS; i * WORD_BITS < last; i++) {
        if (atomic_load_explicit(&words[i], memory_order_relaxed) &
            mask_of(first, last, i)) {
            return true;
        }
    }
    return false;
}

static void forget(CoverRange *range, uint64_t first, uint64_t last)
{
    spin_lock(&range->lock);
    atomic_fetch_add_explicit(&range->generation, 1, memory_order_relaxed);
    /* Most guests never leave VMPL 0. */
    for (unsigned kind = 0; range->learned >> kind; kind++) {
        if (range->learned >> kind & 1) {
            clear(range->good[kind], first, last);
        }
    }
    spin_unlock(&range->lock);
}

bool cover_changed(Cover *cover, uint64_t spa, uint64_t npages)
{
    uint64_t first, last;
    CoverRange *range = find(cover, spa, &first);

    if (!range || !npages) {
        return false;
    }
    last = npages < range->npages - first ? first + npages : range->npages;
    atomic_thread_fence(memory_order_seq_cst);
    forget(range, first, last);
    atomic_thread_fence(memory_order_seq_cst);
    if (any(range->in_tlb, first, last)) {
        return true;
    }
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&cover->flushes, memory_order_acquire);
}

void cover_forget(Cover *cover)
{
    atomic_thread_fence(memory_order_seq_cst);
    for (unsigned i = 0; i < cover->nranges; i++) {
        forget(&cover->ranges[i], 0, cover->ranges[i].npages);
    }
}

void cover_flush_begin(Cover *cover)
{
    atomic_fetch_add_explicit(&cover->flushes, 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    for (unsigned i = 0; i < cover->nranges; i++) {
        CoverRange *range = &cover->ranges[i];

        for (uint64_t word = 0; word < words_of(range); word++) {
            atomic_store_explicit(&range->in_tlb[word], 0,
                                  memory_order_relaxed);
        }
    }
}

void cover_flush_end(Cover *cover)
{
    atomic_fetch_sub_explicit(&cover->flushes, 1, memory_order_release);
}
