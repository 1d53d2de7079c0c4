/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_contend": "cpus=" CPUs, of which one takes a page through its
 * states, "rounds=" times, while the others read it.
 *
 * The epoch says what the page is: whoever finds the same epoch before and
 * after a read has read in it, and has to have seen what the epoch allows.
 * A translation that a CPU keeps for too long breaks that.
 */
#include "paging.h"
#include "probe.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"

#define WORDS       8
#define PATIENCE    100000u
#define TAG         0x5afe0000000000ull     /* of what is written privately */

/* An epoch modulo 4: between two states, nothing can be said */
enum { READABLE = 0, CHANGING, NOT_VALIDATED };

static struct counts {
    uint32_t values, faults, wrong, unsure;
} counts[MAX_CPUS];

static uint64_t epoch = CHANGING;
static bool done;
static uintptr_t page, shared;
static unsigned size, readers;

static uint64_t now(void)
{
    return __atomic_load_n(&epoch, __ATOMIC_SEQ_CST);
}

static void look(struct counts *count, unsigned i)
{
    uint64_t before = now();
    struct fault f = catch_vc(probe_read, page + i % WORDS * 8, 0);

    if (before != now() || before % 4 == CHANGING) {
        count->unsure++;
    } else if (before % 4 == READABLE && f.vector == NO_FAULT &&
               f.value == (TAG | before)) {
        count->values++;
    } else if (before % 4 == NOT_VALIDATED && f.vector == VECTOR_VC &&
               f.error == VC_EXIT_NOT_VALIDATED &&
               f.ip == (uintptr_t)probe_read_ip) {
        count->faults++;
    } else {
        count->wrong++;
    }
}

static void reader(unsigned index)
{
    for (unsigned i = 0; !__atomic_load_n(&done, __ATOMIC_SEQ_CST); i++) {
        look(&counts[index], i);
    }
}

static uint32_t looks(unsigned cpu)
{
    const volatile struct counts *c = &counts[cpu];

    return c->values + c->faults + c->wrong + c->unsure;
}

/* A state that can be seen lasts until each reader has begun and ended. */
static void enter(unsigned state)
{
    uint64_t next = now() - now() % 4 + 4 + state;

    __atomic_store_n(&epoch, next, __ATOMIC_SEQ_CST);
    for (unsigned cpu = 1; state != CHANGING && cpu < readers; cpu++) {
        uint32_t before = looks(cpu);

        for (unsigned i = 0; i < PATIENCE && looks(cpu) - before < 2; i++) {
            pause();
        }
    }
}

static void write_all(uintptr_t at, uint64_t value)
{
    for (unsigned i = 0; i < WORDS; i++) {
        *(volatile uint64_t *)(at + 8 * i) = value;
    }
}

/* Readable, rescinded, readable, the hypervisor's: each told when it is so */
static void one_round(struct counts *own)
{
    bool is_2m = size == SIZE_2M;

    enter(CHANGING);
    snp_accept(page, size);
    write_all(page, TAG | ((now() & ~3ull) + 4));
    enter(READABLE);
    look(own, 0);
    enter(CHANGING);
    pvalidate(page, is_2m, 0);
    enter(NOT_VALIDATED);
    look(own, 0);
    enter(CHANGING);
    pvalidate(page, is_2m, 1);
    write_all(page, TAG | ((now() & ~3ull) + 4));
    enter(READABLE);
    look(own, 0);
    enter(CHANGING);
    psc_one(page, GHCB_PSC_OP_SHARED, is_2m);
    write_all(shared, ~TAG);
    enter(NOT_VALIDATED);
}

SUITE(snp_contend)
{
    unsigned cpus = config_number("cpus", 2);
    unsigned rounds = config_number("rounds", 300);
    struct path path;

    /* The readers' own accesses would split pages of 2 MiB for good. */
    size = SIZE_4K;
    readers = cpus;
    page = fresh_alloc(size);
    path_build(&path, 1, page);
    path_encrypt(&path, c_bit, ~0u << 2);
    shared = path.va;
    if (!check(smp_start(cpus, reader), "%u CPUs start", cpus)) {
        return;
    }
    path_load(&path, c_bit);
    for (unsigned i = 0; i < rounds; i++) {
        one_round(&counts[0]);
    }
    __atomic_store_n(&done, true, __ATOMIC_SEQ_CST);
    check(smp_wait(cpus), "all CPUs come to their end");
    path_leave();
    for (unsigned i = 0; i < cpus; i++) {
        remark("CPU %u: %u values, %u faults, %u in between", i,
               counts[i].values, counts[i].faults, counts[i].unsure);
        check_equal(counts[i].wrong, 0,
                    "CPU %u has seen what each epoch allows", i);
        check(counts[i].values && counts[i].faults,
              "CPU %u has seen both kinds", i);
    }
}
