/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets two threads meet in the cover, again and again: one fill against one
 * change, or one flush against one change, begun at the same moment. Whoever
 * comes first, one sees the other.
 *
 * This is for the processor that it runs on, and that of x86 cannot show that
 * a fence is missing: what has to be seen before a later load is written there
 * by instructions that are full fences themselves, and its other loads and
 * stores keep their order. test-cover-steps.c does not depend on that.
 */

#include <stdatomic.h>

#include "memctl/cover.h"
#include "rmp-fixture.h"

#define DUEL     (G_USEC_PER_SEC / 2)
#define MOMENTS  64             /* that one may begin before the other */
#define SPINS    1000           /* before another thread gets the processor */

/* Two threads that do something at the same time, then look what came of it */
typedef struct Duel {
    Rmp *rmp;
    Cover *cover;
    gint64 until;
    atomic_uint begun, ended;   /* rounds; 0: no more */
    unsigned round;
    bool filled;                /* a TLB has the page, by the old entry */
    bool stale;                 /* that was noticed */
    unsigned long fills, misses;
} Duel;

/* Returns the number of the round, which is not @last */
static unsigned next_round(atomic_uint *count, unsigned last)
{
    unsigned round;

    for (unsigned spins = 1; (round = atomic_load(count)) == last; spins++) {
        if (spins % SPINS == 0) {
            g_thread_yield();
        }
    }
    return round;
}

static void wait_moments(unsigned moments)
{
    for (volatile unsigned n = 0; n < moments; n++) {
    }
}

static gpointer fill_page(gpointer opaque)
{
    Duel *duel = opaque;
    RmpAccess access = operand_at(MEM, RMP_PAGE_4K).access;

    access.c_bit = true;
    for (unsigned round = 0; (round = next_round(&duel->begun, round)); ) {
        unsigned generation;
        RmpFault fault;

        wait_moments(round * 7 % MOMENTS);
        duel->filled = cover_fill_begin(duel->cover, MEM, true, 0,
                                        &generation);
        if (!duel->filled && rmp_check(duel->rmp, &access, &fault)) {
            duel->filled = true;
            cover_learn(duel->cover, MEM, true, 0, generation);
        }
        atomic_store(&duel->ended, round);
    }
    return NULL;
}

static gpointer flush_page(gpointer opaque)
{
    Duel *duel = opaque;

    for (unsigned round = 0; (round = next_round(&duel->begun, round)); ) {
        wait_moments(round * 7 % MOMENTS);
        cover_flush_begin(duel->cover);
        atomic_store(&duel->ended, round);
    }
    return NULL;
}

static void duel_changed(void *opaque, void *who, uint64_t spa,
                         uint64_t npages)
{
    Duel *duel = opaque;

    duel->stale = cover_changed(duel->cover, spa, npages);
}

static void duel_validate(Duel *duel, bool validated)
{
    RmpOperand operand = operand_at(MEM, RMP_PAGE_4K);
    RmpResult result;

    rmp_pvalidate(duel->rmp, NULL, &operand, RMP_PAGE_4K, validated, &result);
    g_assert_cmpuint(result.status, ==, RMP_SUCCESS);
}

static void duel_init(Duel *duel)
{
    RmpState state = guest_state(MEM, RMP_PAGE_4K);
    RmpConfig config = { .opaque = duel, .changed = duel_changed };

    *duel = (Duel) {
        .until = g_get_monotonic_time() + DUEL,
        .rmp = rmp_new(&config),
        .cover = cover_new(1),
    };
    g_assert_true(rmp_add_range(duel->rmp, MEM, MEM_SIZE));
    g_assert_true(cover_add_range(duel->cover, MEM, MEM_SIZE));
    /* For a flush to take some time */
    g_assert_true(cover_add_range(duel->cover, 2 * MEM, MEM / 16));
    g_assert_cmpuint(rmp_update(duel->rmp, NULL, MEM, &state), ==,
                     RMP_SUCCESS);
}

static void duel_end(Duel *duel, GThread *thread)
{
    atomic_store(&duel->begun, 0);
    g_thread_join(thread);
    g_test_message("%lu fills, %lu misses", duel->fills, duel->misses);
    /* On a busy machine, one of the two may always be first. */
    g_assert_cmpuint(duel->round, >, 0);
    rmp_free(duel->rmp);
    cover_free(duel->cover);
}

/* The page is taken, while the other fills or flushes */
static void duel_round(Duel *duel)
{
    unsigned last = duel->round++, round = duel->round;

    atomic_store(&duel->begun, round);
    wait_moments(round * 11 % MOMENTS);
    duel_validate(duel, false);
    next_round(&duel->ended, last);
}

/*
 * A fill against a change. The page is known to be good, or not, and in no
 * TLB: either the fill finds the new entry, or the change finds the fill. What
 * the fill has learned does not last.
 */
static void test_fill_and_change(gconstpointer known)
{
    unsigned generation;
    GThread *thread;
    Duel duel;

    duel_init(&duel);
    thread = g_thread_new("fill", fill_page, &duel);
    while (g_get_monotonic_time() < duel.until) {
        duel_validate(&duel, true);
        if (known) {
            cover_fill_begin(duel.cover, MEM, true, 0, &generation);
            cover_learn(duel.cover, MEM, true, 0, generation);
        }
        cover_flush_begin(duel.cover);
        cover_flush_end(duel.cover);
        duel_round(&duel);
        g_assert_true(!duel.filled || duel.stale);
        *(duel.filled ? &duel.fills : &duel.misses) += 1;
        g_assert_false(cover_fill_begin(duel.cover, MEM, true, 0,
                                        &generation));
    }
    duel_end(&duel, thread);
}

/*
 * A flush against a change. The page is in a TLB, and nothing has been
 * flushed yet, so the change must say so whether or not its bit is cleared.
 */
static void test_flush_and_change(void)
{
    unsigned generation;
    GThread *thread;
    Duel duel;

    duel_init(&duel);
    thread = g_thread_new("flush", flush_page, &duel);
    while (g_get_monotonic_time() < duel.until) {
        duel_validate(&duel, true);
        cover_fill_begin(duel.cover, MEM, true, 0, &generation);
        duel_round(&duel);
        g_assert_true(duel.stale);
        cover_flush_end(duel.cover);
        duel.fills++;
    }
    duel_end(&duel, thread);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/cover/duel/fill-unknown", NULL,
                         test_fill_and_change);
    g_test_add_data_func("/cover/duel/fill-good", "good",
                         test_fill_and_change);
    g_test_add_func("/cover/duel/flush", test_flush_and_change);
    return g_test_run();
}
