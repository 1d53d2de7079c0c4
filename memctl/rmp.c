/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the Reverse Map Table's memory: ranges, slots, locks. What the slots
 * hold and why is told in rmp-table.h.
 */

#include <stdlib.h>

#include "memctl/rmp-table.h"
#include "memctl/spin.h"

Rmp *rmp_new(const RmpConfig *config)
{
    Rmp *rmp = calloc(1, sizeof(*rmp));

    if (rmp) {
        rmp->config = *config;
        for (unsigned i = 0; i < RMP_LOCKS; i++) {
            atomic_flag_clear(&rmp->locks[i]);
        }
    }
    return rmp;
}

static void range_free(RmpRange *range)
{
    free(range->fields);
    free(range->frames);
    free(range->counts);
}

void rmp_free(Rmp *rmp)
{
    if (rmp) {
        for (unsigned i = 0; i < rmp->nranges; i++) {
            range_free(&rmp->ranges[i]);
        }
        free(rmp);
    }
}

static bool range_overlaps(const RmpRange *range, uint64_t spa, uint64_t size)
{
    return spa < range->spa + range->npages * RMP_PAGE_SIZE &&
           range->spa < spa + size;
}

static bool range_allocate(RmpRange *range, uint64_t spa, uint64_t size)
{
    uint64_t npages = size / RMP_PAGE_SIZE;
    uint64_t nregions = (npages + RMP_2M_PAGES - 1) / RMP_2M_PAGES;

    if (npages > SIZE_MAX) {
        return false;
    }
    *range = (RmpRange) {
        .spa = spa,
        .npages = npages,
        .fields = calloc(npages, sizeof(*range->fields)),
        .frames = calloc(npages, sizeof(*range->frames)),
        .counts = calloc(nregions, sizeof(*range->counts)),
    };
    if (!range->fields || !range->frames || !range->counts) {
        range_free(range);
        return false;
    }
    return true;
}

bool rmp_add_range(Rmp *rmp, uint64_t spa, uint64_t size)
{
    if (spa % RMP_2M_PAGE_SIZE || !size || size % RMP_PAGE_SIZE ||
        spa + size < spa || rmp->nranges == RMP_MAX_RANGES) {
        return false;
    }
    for (unsigned i = 0; i < rmp->nranges; i++) {
        if (range_overlaps(&rmp->ranges[i], spa, size)) {
            return false;
        }
    }
    if (!range_allocate(&rmp->ranges[rmp->nranges], spa, size)) {
        return false;
    }
    rmp->nranges++;
    return true;
}

static bool range_is_free(const RmpRange *range)
{
    for (uint64_t i = 0; i < range->npages; i++) {
        if (atomic_load(&range->fields[i]) & SLOT_FIELDS) {
            return false;
        }
    }
    return true;
}

bool rmp_remove_range(Rmp *rmp, uint64_t spa, uint64_t size)
{
    for (unsigned i = 0; i < rmp->nranges; i++) {
        RmpRange *range = &rmp->ranges[i];

        if (range->spa != spa || range->npages != size / RMP_PAGE_SIZE ||
            size % RMP_PAGE_SIZE) {
            continue;
        }
        if (!range_is_free(range)) {
            return false;
        }
        range_free(range);
        *range = rmp->ranges[--rmp->nranges];
        return true;
    }
    return false;
}

bool rmp_find(const Rmp *rmp, uint64_t spa, RmpPlace *place)
{
    for (unsigned i = 0; i < rmp->nranges; i++) {
        const RmpRange *range = &rmp->ranges[i];
        uint64_t page = (spa - range->spa) / RMP_PAGE_SIZE;
        uint64_t first = page - page % RMP_2M_PAGES;

        if (spa >= range->spa && page < range->npages) {
            place->range = range;
            place->region = first;
            place->index = page - first;
            place->npages = range->npages - first < RMP_2M_PAGES ?
                            range->npages - first : RMP_2M_PAGES;
            return true;
        }
    }
    return false;
}

static RmpView view_of(uint64_t fields, uint32_t frame)
{
    uint64_t high = (fields & SLOT_GPA_BITS) >> SLOT_GPA_SHIFT;

    return (RmpView) {
        .fields = fields & SLOT_FIELDS,
        .gpa = (high << SLOT_FRAME_BITS | frame) << RMP_PAGE_SHIFT,
    };
}

RmpView slot_read(const RmpPlace *place, unsigned index)
{
    _Atomic uint64_t *fields = &place->range->fields[place->region + index];
    _Atomic uint32_t *frame = &place->range->frames[place->region + index];

    for (unsigned spins = 1; ; spins++) {
        uint64_t before = atomic_load_explicit(fields, memory_order_acquire);
        uint32_t now = atomic_load_explicit(frame, memory_order_relaxed);

        atomic_thread_fence(memory_order_acquire);
        if (!(before & SLOT_BUSY) &&
            before == atomic_load_explicit(fields, memory_order_relaxed)) {
            return view_of(before, now);
        }
        spin_wait(spins);
    }
}

void slot_write(const RmpPlace *place, unsigned index, const RmpView *view)
{
    _Atomic uint64_t *fields = &place->range->fields[place->region + index];
    _Atomic uint32_t *frame = &place->range->frames[place->region + index];
    uint64_t old = atomic_load_explicit(fields, memory_order_relaxed);
    uint64_t page = view->gpa >> RMP_PAGE_SHIFT;
    uint64_t high = page >> SLOT_FRAME_BITS << SLOT_GPA_SHIFT;
    uint64_t seq = old & SLOT_SEQ_MASK;

    if (atomic_load_explicit(frame, memory_order_relaxed) != (uint32_t)page) {
        seq = (seq + SLOT_SEQ_ONE) & SLOT_SEQ_MASK;
        atomic_store_explicit(fields, old | SLOT_BUSY, memory_order_relaxed);
        atomic_thread_fence(memory_order_release);
        atomic_store_explicit(frame, page, memory_order_relaxed);
    }
    /* Sequentially consistent: a check that begins later must see it. */
    atomic_store(fields, view->fields | high | seq);
}

RmpView rmp_view(const RmpPlace *place, unsigned *slot)
{
    RmpView view = slot_read(place, 0);
    unsigned decides = 0;

    if (place->index && !(view.fields & SLOT_2M)) {
        decides = place->index;
        view = slot_read(place, decides);
    }
    if (slot) {
        *slot = decides;
    }
    return view;
}

static _Atomic uint16_t *count_of(const RmpPlace *place)
{
    return &place->range->counts[place->region / RMP_2M_PAGES];
}

unsigned region_count(const RmpPlace *place)
{
    return atomic_load(count_of(place));
}

void region_add(const RmpPlace *place, int pages)
{
    atomic_fetch_add(count_of(place), pages);
}

static atomic_flag *lock_of(Rmp *rmp, uint64_t spa)
{
    return &rmp->locks[(spa >> RMP_2M_SHIFT) % RMP_LOCKS];
}

void rmp_lock(Rmp *rmp, uint64_t spa)
{
    spin_lock(lock_of(rmp, spa));
}

void rmp_unlock(Rmp *rmp, uint64_t spa)
{
    spin_unlock(lock_of(rmp, spa));
}

/* All that can be done with @old can be done with @now */
static bool allows_as_much(const RmpView *old, const RmpView *now)
{
    uint64_t perms = old->fields & ~now->fields & SLOT_FIELDS &
                     ~((1ull << SLOT_PERM_SHIFT) - 1);

    if (!(old->fields & SLOT_ASSIGNED)) {
        return !(now->fields & SLOT_ASSIGNED);
    }
    if (!(old->fields & SLOT_VALIDATED) ||
        (old->fields & (SLOT_IMMUTABLE | SLOT_IN_USE))) {
        return true;
    }
    return now->fields & SLOT_VALIDATED && view_asid(old) == view_asid(now) &&
           old->gpa == now->gpa && !perms &&
           !(now->fields & (SLOT_IMMUTABLE | SLOT_IN_USE));
}

void rmp_tell(const Rmp *rmp, void *who, uint64_t spa, const RmpView *old,
              const RmpView *now)
{
    uint64_t npages = (old->fields | now->fields) & SLOT_2M ? RMP_2M_PAGES : 1;

    if (rmp->config.changed && !allows_as_much(old, now)) {
        spa -= spa % (npages * RMP_PAGE_SIZE);
        rmp->config.changed(rmp->config.opaque, who, spa, npages);
    }
}
