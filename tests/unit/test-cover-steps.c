/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tries all ways in which two operations of the cover can meet, on memory as
 * weak as that of arm64 and ppc64, by one thread.
 *
 * One operation runs as a whole within the other, at each step of that in
 * turn. A step is an access to memory. Of the outer one's stores each in turn
 * is late, that is the inner one does not see it yet; of its loads each is
 * early. A late store is seen after a full fence, before a store with release,
 * and, if both are sequentially consistent, before a load is done. An early
 * load sees memory as it was at the last fence or load with acquire.
 *
 * So this fails if a fence of cover.c is missing. One thing late or early at a
 * time is enough for what two can do to each other; it does not show what
 * needs three, as the bit that another processor is just setting.
 */

#include <glib.h>
#include <stdatomic.h>

#include "abi/rmp.h"
#include "memctl/spin.h"

typedef enum Change { STORE, OR, AND, ADD, SUB } Change;

static unsigned long model_load(volatile void *at, size_t size,
                                memory_order order);
static void model_change(volatile void *at, size_t size, Change change,
                         unsigned long value, memory_order order);
static void model_fence(memory_order order);
static void model_lock(void);
static void model_unlock(void);

#undef atomic_load
#undef atomic_load_explicit
#undef atomic_store_explicit
#undef atomic_fetch_or
#undef atomic_fetch_or_explicit
#undef atomic_fetch_and_explicit
#undef atomic_fetch_add_explicit
#undef atomic_fetch_sub_explicit
#undef atomic_thread_fence
#define atomic_load(at) atomic_load_explicit(at, memory_order_seq_cst)
#define atomic_load_explicit(at, order) model_load(at, sizeof(*(at)), order)
#define CHANGE(at, change, value, order) \
    model_change(at, sizeof(*(at)), change, value, order)
#define atomic_store_explicit(at, value, order) \
    CHANGE(at, STORE, value, order)
#define atomic_fetch_or(at, value) CHANGE(at, OR, value, memory_order_seq_cst)
#define atomic_fetch_or_explicit(at, value, order) CHANGE(at, OR, value, order)
#define atomic_fetch_and_explicit(at, value, order) \
    CHANGE(at, AND, value, order)
#define atomic_fetch_add_explicit(at, value, order) \
    CHANGE(at, ADD, value, order)
#define atomic_fetch_sub_explicit(at, value, order) \
    CHANGE(at, SUB, value, order)
#define atomic_thread_fence(order) model_fence(order)
#define spin_lock(lock) model_lock()
#define spin_unlock(lock) model_unlock()

#include "memctl/cover.c"

#define PAGE   0x100000u
#define NEVER  ~0u
#define PLACES 6

typedef void Operation(void);

/* What happens in one run, as it was chosen */
static struct {
    Operation *inner;
    unsigned at_step, late_store, early_load;
} choice;

/* The outer operation, so far */
static struct {
    bool begun, ended, locked;
    bool inner_ran, in_inner;
    unsigned steps, stores, loads;
    unsigned long before[PLACES];       /* at the last acquire */
    bool is_late, late_is_released;     /* what follows is to be done yet */
    volatile void *late_at;
    size_t late_size;
    Change late_change;
    unsigned long late_value;
    memory_order late_order;
} run;

/* All memory that the two share */
static Cover *cover;
static atomic_uint entry;       /* of the RMP: is the access allowed? */
static bool filled, stale;      /* what the operations came to */

static volatile void *place(unsigned i)
{
    CoverRange *range = &cover->ranges[0];
    volatile void *places[PLACES] = {
        &entry, &cover->flushes, &range->generation, range->in_tlb,
        range->good[0], range->good[1],
    };

    return places[i];
}

static size_t place_size(unsigned i)
{
    return i < 3 ? sizeof(atomic_uint) : sizeof(atomic_ulong);
}

static unsigned long get(volatile void *at, size_t size)
{
    return size == sizeof(unsigned) ? *(volatile unsigned *)at
                                    : *(volatile unsigned long *)at;
}

static unsigned long changed_value(unsigned long old, Change change,
                                   unsigned long value)
{
    switch (change) {
    case OR:
        return old | value;
    case AND:
        return old & value;
    case ADD:
        return old + value;
    case SUB:
        return old - value;
    default:
        return value;
    }
}

static void do_change(volatile void *at, size_t size, Change change,
                      unsigned long value)
{
    unsigned long now = changed_value(get(at, size), change, value);

    if (size == sizeof(unsigned)) {
        *(volatile unsigned *)at = now;
    } else {
        *(volatile unsigned long *)at = now;
    }
}

static void do_late(void)
{
    if (run.is_late) {
        run.is_late = false;
        do_change(run.late_at, run.late_size, run.late_change,
                  run.late_value);
    }
}

static void acquire(void)
{
    if (!run.in_inner && cover->nranges) {
        for (unsigned i = 0; i < PLACES; i++) {
            run.before[i] = get(place(i), place_size(i));
        }
    }
}

/* Who waits for the lock does so until the outer operation has left it. */
static void step(void)
{
    if (!run.begun || run.in_inner) {
        return;
    }
    if (run.steps++ >= choice.at_step && !run.locked && !run.inner_ran) {
        run.inner_ran = run.in_inner = true;
        choice.inner();
        run.in_inner = false;
    }
}

static bool outer(void)
{
    return run.begun && !run.ended && !run.in_inner;
}

static unsigned long model_load(volatile void *at, size_t size,
                                memory_order order)
{
    unsigned long value;

    step();
    if (outer() && run.is_late && order == memory_order_seq_cst &&
        run.late_order == memory_order_seq_cst) {
        do_late();
        acquire();
    }
    value = get(at, size);
    if (outer() && run.loads++ == choice.early_load) {
        for (unsigned i = 0; i < PLACES; i++) {
            value = place(i) == at ? run.before[i] : value;
        }
    }
    if (outer() && run.is_late && run.late_at == at) {
        value = changed_value(value, run.late_change, run.late_value);
    }
    if (order != memory_order_relaxed) {
        acquire();
    }
    return value;
}

static void model_change(volatile void *at, size_t size, Change change,
                         unsigned long value, memory_order order)
{
    step();
    if (outer() && (order != memory_order_relaxed || run.late_at == at)) {
        do_late();
    }
    if (outer() && run.stores++ == choice.late_store) {
        run.is_late = true;
        run.late_is_released = false;
        run.late_at = at;
        run.late_size = size;
        run.late_change = change;
        run.late_value = value;
        run.late_order = order;
    } else {
        do_change(at, size, change, value);
    }
    /* Of a read-modify-write, the read */
    if (order == memory_order_seq_cst && change != STORE) {
        acquire();
    }
}

static void model_fence(memory_order order)
{
    step();
    if (outer() && order == memory_order_seq_cst) {
        do_late();
    }
    acquire();
}

static void model_lock(void)
{
    step();
    if (run.in_inner && run.late_is_released) {
        do_late();
    }
    run.locked |= outer();
    acquire();
}

static void model_unlock(void)
{
    if (outer()) {
        run.locked = false;
        run.late_is_released = true;
    }
    step();
}

static void fill(void)
{
    unsigned generation;

    filled = cover_fill_begin(cover, PAGE, true, 0, &generation);
    if (!filled && atomic_load_explicit(&entry, memory_order_relaxed)) {
        filled = true;
        cover_learn(cover, PAGE, true, 0, generation);
    }
}

static void change(void)
{
    atomic_store_explicit(&entry, 0, memory_order_relaxed);
    stale = cover_changed(cover, PAGE, 1);
}

/* There is something else at this address now, and TLBs are flushed anyway. */
static void change_memory(void)
{
    atomic_store_explicit(&entry, 0, memory_order_relaxed);
    cover_forget(cover);
    stale = true;
}

static void begin_flush(void)
{
    cover_flush_begin(cover);
}

static void run_once(Operation *operation, bool known, bool in_tlb)
{
    memset(&run, 0, sizeof(run));
    cover = cover_new(1);
    g_assert_true(cover_add_range(cover, PAGE, RMP_PAGE_SIZE));
    entry = 1;
    if (known) {
        fill();
        g_assert_true(filled);
    }
    cover->ranges[0].in_tlb[0] = in_tlb;
    run.begun = true;
    acquire();
    operation();
    run.ended = true;
    step();
    do_late();
}

/* All ways; @check is what must be afterwards */
static void run_all(Operation *operation, Operation *inner, bool known,
                    bool in_tlb, void (*check)(void))
{
    unsigned steps = 1, stores = 0, loads = 0;

    choice.inner = inner;
    for (unsigned at = 0; at <= steps; at++) {
        for (unsigned store = 0; store <= stores; store++) {
            for (unsigned load = 0; load <= loads; load++) {
                choice.at_step = at;
                choice.late_store = store ? store - 1 : NEVER;
                choice.early_load = load ? load - 1 : NEVER;
                run_once(operation, known, in_tlb);
                /* As many as there are, whichever way it goes */
                steps = MAX(steps, run.steps);
                stores = MAX(stores, run.stores);
                loads = MAX(loads, run.loads);
                if (run.inner_ran) {
                    check();
                }
                cover_free(cover);
            }
        }
    }
    g_test_message("%u steps, %u stores, %u loads", steps, stores, loads);
    g_assert_cmpuint(steps, >, 1);
}

/* What is in a TLB by the old entry is known to be, and nobody learns it. */
static void check_taken(void)
{
    unsigned generation;

    g_assert_cmpuint(entry, ==, 0);
    g_assert_true(!filled || stale);
    run.begun = false;
    g_assert_false(cover_fill_begin(cover, PAGE, true, 0, &generation));
}

static void test_fill_in_change(void)
{
    run_all(change, fill, false, false, check_taken);
    run_all(change, fill, true, false, check_taken);
    run_all(change, fill, true, true, check_taken);
}

static void test_change_in_fill(void)
{
    run_all(fill, change, false, false, check_taken);
    run_all(fill, change, true, false, check_taken);
    run_all(fill, change, true, true, check_taken);
}

static void test_memory(void)
{
    run_all(change_memory, fill, false, false, check_taken);
    run_all(change_memory, fill, true, true, check_taken);
    run_all(fill, change_memory, false, false, check_taken);
    run_all(fill, change_memory, true, true, check_taken);
}

/* The page is in a TLB, for no flush has been done. */
static void check_stale(void)
{
    g_assert_true(stale);
}

static void test_flush_and_change(void)
{
    run_all(begin_flush, change, true, true, check_stale);
    run_all(change, begin_flush, true, true, check_stale);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cover/steps/fill-in-change", test_fill_in_change);
    g_test_add_func("/cover/steps/change-in-fill", test_change_in_fill);
    g_test_add_func("/cover/steps/memory", test_memory);
    g_test_add_func("/cover/steps/flush", test_flush_and_change);
    return g_test_run();
}
