/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_contend": "cpus=" CPUs, of which one takes a page through its
 * states, "rounds=" times, while the others read it, write to it or execute
 * it, as "kind=" says.
 *
 * The epoch says what the page is: whoever finds the same epoch before and
 * after an access has made it in that epoch, and has to have seen what the
 * epoch allows.  A translation that a CPU keeps for too long breaks that.
 *
 * Who writes, writes the epoch: that of a page that was not validated may
 * never be found in it.
 */
#include "paging.h"
#include "probe.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define WORDS       8
#define PATIENCE    100000u
#define NO_HASTE    100000000u              /* see smp.c */
#define TAG         0x5afe0000000000ull     /* of what CPU 0 writes privately */

/* An epoch modulo 4: between two states, nothing can be said */
enum { READABLE = 0, CHANGING, NOT_VALIDATED };

/*
 * The 8 bytes at FROM go to TO, so often that somebody who does not wait for
 * the end of this, and changes FROM, is found out.  And what is at CODE is
 * executed, zeros too: those are an addition to (RAX).
 */
uintptr_t contend_copy(uintptr_t to, uintptr_t from);
uintptr_t contend_run(uintptr_t code, uintptr_t unused);
extern const char contend_copy_ip[];
asm(".pushsection .text\n"
    "contend_copy: mov (%rsi), %rax\n"
    "contend_copy_ip: mov %rax, (%rdi)\n"
    ".rept 200; mov (%rsi), %rax; mov %rax, (%rdi); .endr; ret\n"
    "contend_run: mov %rdi, %rax; jmp *%rax\n"
    ".popsection");

enum kind { READ, WRITE, FETCH, KINDS };
static const struct {
    const char *name;
    ProbeFn *probe;
} kinds[KINDS] = {
    [READ] = { "read", probe_read },
    [WRITE] = { "write", contend_copy },
    [FETCH] = { "fetch", contend_run },
};

static struct counts {
    uint32_t values, faults, wrong, unsure;
} counts[MAX_CPUS];

static uint64_t epoch = CHANGING;
static bool done;
static enum kind kind;
static uintptr_t page, shared;
static unsigned size, others, late, kept;

static uint64_t now(void)
{
    return __atomic_load_n(&epoch, __ATOMIC_SEQ_CST);
}

static uintptr_t fault_ip(void)
{
    return kind == READ ? (uintptr_t)probe_read_ip :
           kind == WRITE ? (uintptr_t)contend_copy_ip : page;
}

static bool is_allowed(const struct fault *f, uint64_t at)
{
    if (at % 4 == NOT_VALIDATED) {
        return f->vector == VECTOR_VC && f->error == VC_EXIT_NOT_VALIDATED &&
               f->ip == fault_ip();
    }
    return f->vector == NO_FAULT && (kind == WRITE || f->value == (TAG | at));
}

static void look(struct counts *count, unsigned i)
{
    uint64_t before = now();
    struct fault f;

    /* There is no code in the page until CPU 0 has written some. */
    if (kind == FETCH && before % 4 == CHANGING) {
        count->unsure++;
        pause();
        return;
    }
    f = catch_vc(kinds[kind].probe,
                 kind == FETCH ? page : page + i % WORDS * 8,
                 (uintptr_t)&epoch);
    if (before != now() || before % 4 == CHANGING) {
        count->unsure++;
    } else if (!is_allowed(&f, before)) {
        count->wrong++;
    } else if (f.vector == NO_FAULT) {
        count->values++;
    } else {
        count->faults++;
    }
}

static void other(unsigned index)
{
    for (unsigned i = 0; !__atomic_load_n(&done, __ATOMIC_SEQ_CST); i++) {
        look(&counts[index], i);
    }
}

static uint32_t looks(unsigned cpu)
{
    /* volatile: that CPU changes them */
    const volatile struct counts *c = &counts[cpu];

    return c->values + c->faults + c->wrong + c->unsure;
}

/* Until each of the others has begun an access, and ended it */
static void wait_for_others(unsigned patience)
{
    for (unsigned cpu = 1; cpu < others; cpu++) {
        uint32_t before = looks(cpu);

        for (unsigned i = 0; i < patience && looks(cpu) - before < 2; i++) {
            pause();
        }
    }
}

/*
 * A state that can be seen lasts for a while, if the others run at all. Before
 * the page can be validated again, accesses that have begun while it was not
 * must have ended; what was readable is left at once.
 */
static void enter(unsigned state)
{
    bool leaves = now() % 4 == READABLE;
    uint64_t next = now() - now() % 4 + 4 + state;

    __atomic_store_n(&epoch, next, __ATOMIC_SEQ_CST);
    if (state != CHANGING) {
        wait_for_others(PATIENCE);
    } else if (!leaves && kind != READ) {
        wait_for_others(NO_HASTE);
    }
}

static void write_all(uintptr_t at, uint64_t value)
{
    for (unsigned i = 0; i < WORDS; i++) {
        /* volatile: other CPUs read it */
        *(volatile uint64_t *)(at + 8 * i) = value;
    }
}

/* What the next epoch is to find, for FETCH a function that returns it */
static void write_page(void)
{
    static const uint8_t mov_rax[] = { 0x48, 0xb8 }, ret = 0xc3;
    uint64_t value = TAG | ((now() & ~3ull) + 4);

    if (kind == FETCH) {
        memcpy((void *)page, mov_rax, sizeof(mov_rax));
        memcpy((void *)(page + 2), &value, sizeof(value));
        memcpy((void *)(page + 10), &ret, sizeof(ret));
    } else {
        write_all(page, value);
    }
}

/*
 * When the page is validated again: it cannot have been written to while it
 * was not. Of what it had until epoch UNTIL, in which it was given up, nothing
 * is left but what was written at that moment: see docs/limits.md.
 */
static void judge_words(uint64_t until)
{
    for (unsigned i = 0; kind == WRITE && i < WORDS; i++) {
        /* volatile: other CPUs write to it */
        uint64_t value = *(volatile uint64_t *)(page + 8 * i);

        late += value % 4 == NOT_VALIDATED;
        kept += value && value <= until;
    }
}

/* Readable, rescinded, readable, the hypervisor's: each told when it is so */
static void one_round(struct counts *own)
{
    static uint64_t given_up;
    bool is_2m = size == SIZE_2M;

    enter(CHANGING);
    snp_accept(page, size);
    judge_words(given_up);
    write_page();
    enter(READABLE);
    look(own, 0);
    enter(CHANGING);
    pvalidate(page, is_2m, 0);
    enter(NOT_VALIDATED);
    look(own, 0);
    enter(CHANGING);
    pvalidate(page, is_2m, 1);
    judge_words(0);
    write_page();
    enter(READABLE);
    look(own, 0);
    enter(CHANGING);
    given_up = now();
    psc_one(page, GHCB_PSC_OP_SHARED, is_2m);
    write_all(shared, ~TAG);
    enter(NOT_VALIDATED);
}

static void choose_kind(void)
{
    char text[16];

    if (config_text("kind", text, sizeof(text))) {
        while (kind < KINDS && !str_equal(kinds[kind].name, text)) {
            kind++;
        }
    }
    if (kind == KINDS) {
        bail_out("kind=%s is none", text);
    }
}

static void report(unsigned cpus)
{
    for (unsigned i = 0; i < cpus; i++) {
        remark("CPU %u: %u values, %u faults, %u in between", i,
               counts[i].values, counts[i].faults, counts[i].unsure);
        check_equal(counts[i].wrong, 0,
                    "CPU %u has seen what each epoch allows", i);
        check(counts[i].values && counts[i].faults,
              "CPU %u has seen both kinds", i);
    }
    if (kind == WRITE) {
        remark("%u words written while the page was given up", kept);
        check_equal(late, 0, "nothing was written that was not validated");
    }
}

SUITE(snp_contend)
{
    unsigned cpus = config_number("cpus", 2);
    unsigned rounds = config_number("rounds", 300);
    struct path path;

    choose_kind();
    /* The others' own accesses would split pages of 2 MiB for good. */
    size = SIZE_4K;
    others = cpus;
    page = fresh_alloc(size);
    path_build(&path, 1, page);
    path_encrypt(&path, c_bit, ~0u << 2);
    shared = path.va;
    if (!check(smp_start(cpus, other), "%u CPUs start", cpus)) {
        return;
    }
    path_load(&path, c_bit);
    for (unsigned i = 0; i < rounds; i++) {
        one_round(&counts[0]);
    }
    __atomic_store_n(&done, true, __ATOMIC_SEQ_CST);
    check(smp_wait(cpus), "all CPUs come to their end");
    path_leave();
    report(cpus);
}
