/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Reverse Map Table of the tests: some memory at MEM, a guest with an
 * ASID, and a record of what RmpConfig.changed was called with.
 */

#ifndef TESTS_UNIT_RMP_FIXTURE_H
#define TESTS_UNIT_RMP_FIXTURE_H

#include <string.h>

#include <glib.h>

#include "memctl/rmp.h"

#define P4K RMP_PAGE_4K
#define P2M RMP_PAGE_2M

#define MEM       0x100000000ull
#define MEM_2M    (MEM + RMP_2M_PAGE_SIZE)      /* the second 2 MiB */
#define MEM_LAST  (MEM + 3 * RMP_2M_PAGE_SIZE)  /* not whole: 16 pages */
#define MEM_SIZE  (3 * RMP_2M_PAGE_SIZE + 16 * RMP_PAGE_SIZE)
#define GPA       0x40000000ull                 /* where the guest has MEM */
#define ASID      5u
#define ELSEWHERE (MEM - RMP_2M_PAGE_SIZE)      /* not covered */

typedef struct RmpFixture {
    Rmp *rmp;
    unsigned changes;           /* calls of changed() */
    void *who;                  /* the last one's */
    uint64_t spa;
    uint64_t npages;
} RmpFixture;

static inline void fixture_changed(void *opaque, void *who, uint64_t spa,
                                   uint64_t npages)
{
    RmpFixture *f = opaque;

    f->changes++;
    f->who = who;
    f->spa = spa;
    f->npages = npages;
}

static inline void fixture_init(RmpFixture *f, bool check_shared_reads)
{
    RmpConfig config = {
        .opaque = f,
        .changed = fixture_changed,
        .check_shared_reads = check_shared_reads,
    };

    *f = (RmpFixture) { .rmp = rmp_new(&config) };
    g_assert_nonnull(f->rmp);
    g_assert_true(rmp_add_range(f->rmp, MEM, MEM_SIZE));
}

/* RMPUPDATE's input to give the page at @spa to the guest */
static inline RmpState guest_state(uint64_t spa, unsigned page_size)
{
    return (RmpState) {
        .gpa = spa - MEM + GPA,
        .assigned = 1,
        .page_size = page_size,
        .asid = ASID,
    };
}

static inline uint32_t update(RmpFixture *f, uint64_t spa, RmpState state)
{
    return rmp_update(f->rmp, f, spa, &state);
}

static inline void must_update(RmpFixture *f, uint64_t spa,
                               const RmpState *state)
{
    g_assert_cmpuint(rmp_update(f->rmp, f, spa, state), ==, RMP_SUCCESS);
}

static inline void must_assign(RmpFixture *f, uint64_t spa,
                               unsigned page_size)
{
    RmpState state = guest_state(spa, page_size);

    must_update(f, spa, &state);
}

static inline void must_unassign(RmpFixture *f, uint64_t spa,
                                 unsigned page_size)
{
    RmpState state = { .page_size = page_size };

    must_update(f, spa, &state);
}

static inline RmpOperand operand_at(uint64_t spa, unsigned nested_size)
{
    return (RmpOperand) {
        .va = 0xffff800000000000ull + (spa - MEM),
        .access = {
            .spa = spa,
            .gpa = spa - MEM + GPA,
            .asid = ASID,
            .page_size = nested_size,
        },
    };
}

static inline void must_validate(RmpFixture *f, uint64_t spa,
                                 unsigned page_size)
{
    RmpOperand operand = operand_at(spa, page_size);
    RmpResult result;

    rmp_pvalidate(f->rmp, f, &operand, page_size, 1, &result);
    g_assert_cmpuint(result.fault.kind, ==, RMP_FAULT_NONE);
    g_assert_cmpuint(result.status, ==, RMP_SUCCESS);
    g_assert_false(result.carry);
}

/* RMPADJUST by VMPL0 */
static inline void must_adjust(RmpFixture *f, uint64_t spa,
                               unsigned page_size, uint64_t rdx)
{
    RmpOperand operand = operand_at(spa, page_size);
    RmpResult result;

    rmp_adjust(f->rmp, f, &operand, page_size, rdx, &result);
    g_assert_cmpuint(result.fault.kind, ==, RMP_FAULT_NONE);
    g_assert_cmpuint(result.status, ==, RMP_SUCCESS);
}

static inline uint64_t adjust_rdx(unsigned vmpl, unsigned mask)
{
    return vmpl | (uint64_t)mask << RMP_ATTR_PERM_SHIFT;
}

static inline RmpEntry entry_at(RmpFixture *f, uint64_t spa)
{
    RmpEntry entry;

    g_assert_true(rmp_get(f->rmp, spa, &entry));
    return entry;
}

static inline bool is_zero(const RmpEntry *entry)
{
    RmpEntry zero = { 0 };

    return !memcmp(entry, &zero, sizeof(zero));
}

static inline RmpPageState state_at(RmpFixture *f, uint64_t spa)
{
    RmpEntry entry = entry_at(f, spa);

    return rmp_page_state(&entry);
}

/* A test of a fixture of its own */
static inline void run_with_fixture(gconstpointer test)
{
    RmpFixture f;

    fixture_init(&f, false);
    ((void (*)(RmpFixture *))test)(&f);
    rmp_free(f.rmp);
}

#define ADD_TEST(path, test) \
    g_test_add_data_func(path, (gconstpointer)(test), run_with_fixture)

#endif
