/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs processors with TLBs of their own against threads that give pages and
 * take them away: once a page counts as taken, no TLB has it.
 *
 * Some changers share one cover, so that the flush of one is under way while
 * another looks whether its page is in a TLB. What is in a page is no atomic:
 * its reads by way of a TLB and its writes by the changer, while nobody has
 * the page, are in order only if the cover puts them in order, and
 * ThreadSanitizer says where it does not.
 */

#include <stdatomic.h>

#include "memctl/cover.h"
#include "rmp-fixture.h"

#define CPUS     3
#define CHANGERS 3
#define PAGES    6u             /* each is of one changer */
#define AT(page) (MEM + (page) * (uint64_t)RMP_PAGE_SIZE)

/* What must hold of a page, by its epoch modulo 4 */
enum { CHANGING_TO_GONE, GONE, CHANGING_TO_VALID, VALID };

typedef struct Cpu {
    struct Shared *shared;
    bool tlb[PAGES];
    atomic_uint flushed;        /* the last flush that it has done */
    unsigned long hits, good, checked, refused;
    unsigned sum;               /* of what it has read */
} Cpu;

typedef struct Changer {
    struct Shared *shared;
    unsigned first;             /* its pages: this one, then each CHANGERS */
    uint64_t due;               /* pages that are to be flushed */
    unsigned long changes, flushes;
} Changer;

typedef struct Shared {
    Rmp *rmp;
    Cover *cover;
    atomic_bool end;
    atomic_uint epoch[PAGES];
    unsigned content[PAGES];
    atomic_uint asked;          /* flushes */
    Cpu cpus[CPUS];
    Changer changers[CHANGERS];
} Shared;

static void changed(void *opaque, void *who, uint64_t spa, uint64_t npages)
{
    Shared *s = opaque;
    Changer *changer = who;

    if (cover_changed(s->cover, spa, npages)) {
        changer->due += npages;
    }
}

/* Between two accesses */
static void obey_flush(Cpu *cpu)
{
    unsigned asked = atomic_load_explicit(&cpu->shared->asked,
                                          memory_order_acquire);

    if (asked != atomic_load_explicit(&cpu->flushed, memory_order_relaxed)) {
        memset(cpu->tlb, 0, sizeof(cpu->tlb));
        atomic_store_explicit(&cpu->flushed, asked, memory_order_release);
    }
}

static bool may_access(Cpu *cpu, unsigned page)
{
    RmpAccess access = operand_at(AT(page), RMP_PAGE_4K).access;
    unsigned generation;
    RmpFault fault;

    if (cpu->tlb[page]) {
        cpu->hits++;
        return true;
    }
    if (cover_fill_begin(cpu->shared->cover, AT(page), true, 0,
                         &generation)) {
        cpu->good++;
    } else {
        access.c_bit = true;
        if (!rmp_check(cpu->shared->rmp, &access, &fault)) {
            cpu->refused++;
            return false;
        }
        cpu->checked++;
        cover_learn(cpu->shared->cover, AT(page), true, 0, generation);
    }
    cpu->tlb[page] = true;
    return true;
}

static gpointer run_cpu(gpointer opaque)
{
    Cpu *cpu = opaque;
    Shared *s = cpu->shared;

    /* It goes on until nobody waits for it any more. */
    for (unsigned i = cpu - s->cpus; !atomic_load(&s->end); i++) {
        unsigned page = i % PAGES;
        unsigned before = atomic_load(&s->epoch[page]);
        bool may = may_access(cpu, page);

        if (may) {
            cpu->sum += s->content[page];
        }
        if (before == atomic_load(&s->epoch[page])) {
            g_assert_false(before % 4 == GONE && may);
            g_assert_false(before % 4 == VALID && !may);
        }
        if (!page) {
            /* In this order: what comes next may be after somebody's clear. */
            obey_flush(cpu);
            g_thread_yield();
        }
    }
    return NULL;
}

/* All TLBs, for what this changer has changed until now */
static void flush(Changer *changer)
{
    Shared *s = changer->shared;
    unsigned number;

    if (!changer->due) {
        return;
    }
    changer->due = 0;
    changer->flushes++;
    cover_flush_begin(s->cover);
    number = atomic_fetch_add(&s->asked, 1) + 1;
    for (unsigned i = 0; i < CPUS; i++) {
        while ((int)(atomic_load_explicit(&s->cpus[i].flushed,
                                          memory_order_acquire) -
                     number) < 0) {
            g_thread_yield();
        }
    }
    cover_flush_end(s->cover);
}

static void set_validated(Changer *changer, unsigned page, bool validated)
{
    RmpOperand operand = operand_at(AT(page), RMP_PAGE_4K);
    RmpResult result;

    rmp_pvalidate(changer->shared->rmp, changer, &operand, RMP_PAGE_4K,
                  validated, &result);
    g_assert_cmpuint(result.fault.kind, ==, RMP_FAULT_NONE);
    g_assert_false(result.carry);
}

/* For long enough that others use it, often enough */
static void leave_it(unsigned i)
{
    for (unsigned n = 0; n < i % 3; n++) {
        g_thread_yield();
    }
}

static gpointer run_changer(gpointer opaque)
{
    gint64 end = g_get_monotonic_time() + 2 * G_USEC_PER_SEC;
    Changer *changer = opaque;
    Shared *s = changer->shared;
    unsigned page = changer->first;

    for (unsigned i = 0; g_get_monotonic_time() < end; i++) {
        s->content[page]++;
        atomic_fetch_add(&s->epoch[page], 1);
        set_validated(changer, page, true);
        atomic_fetch_add(&s->epoch[page], 1);
        leave_it(i);
        atomic_fetch_add(&s->epoch[page], 1);
        set_validated(changer, page, false);
        flush(changer);
        atomic_fetch_add(&s->epoch[page], 1);
        leave_it(i / 3);
        changer->changes++;
        page = (page + CHANGERS) % PAGES;
    }
    return NULL;
}

static void shared_init(Shared *s)
{
    RmpConfig config = { .opaque = s, .changed = changed };

    *s = (Shared) { .rmp = rmp_new(&config), .cover = cover_new(1) };
    g_assert_true(rmp_add_range(s->rmp, MEM, MEM_SIZE));
    g_assert_true(cover_add_range(s->cover, MEM, MEM_SIZE));
    for (unsigned page = 0; page < PAGES; page++) {
        RmpState state = guest_state(AT(page), RMP_PAGE_4K);

        g_assert_cmpuint(rmp_update(s->rmp, &s->changers[0], AT(page), &state),
                         ==, RMP_SUCCESS);
        atomic_store(&s->epoch[page], GONE);
    }
    g_assert_cmpuint(s->changers[0].due, ==, 0);
}

static void run(Shared *s)
{
    GThread *cpus[CPUS], *changers[CHANGERS];

    for (unsigned i = 0; i < CPUS; i++) {
        s->cpus[i].shared = s;
        cpus[i] = g_thread_new("cpu", run_cpu, &s->cpus[i]);
    }
    for (unsigned i = 0; i < CHANGERS; i++) {
        s->changers[i].shared = s;
        s->changers[i].first = i;
        changers[i] = g_thread_new("changer", run_changer, &s->changers[i]);
    }
    for (unsigned i = 0; i < CHANGERS; i++) {
        g_thread_join(changers[i]);
    }
    atomic_store(&s->end, true);
    for (unsigned i = 0; i < CPUS; i++) {
        g_thread_join(cpus[i]);
    }
}

static void test_taken(void)
{
    unsigned long hits = 0, good = 0, checked = 0, refused = 0;
    unsigned long changes = 0, flushes = 0;
    Shared s;

    shared_init(&s);
    run(&s);
    for (unsigned i = 0; i < CPUS; i++) {
        hits += s.cpus[i].hits;
        good += s.cpus[i].good;
        checked += s.cpus[i].checked;
        refused += s.cpus[i].refused;
    }
    for (unsigned i = 0; i < CHANGERS; i++) {
        changes += s.changers[i].changes;
        flushes += s.changers[i].flushes;
    }
    g_test_message("%lu hits, %lu good, %lu checked, %lu refused; %lu changes,"
                   " %lu flushes", hits, good, checked, refused, changes,
                   flushes);
    /* Lest the test tests nothing */
    g_assert_true(hits && good && checked && refused && flushes);
    rmp_free(s.rmp);
    cover_free(s.cover);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cover/threads/taken", test_taken);
    return g_test_run();
}
