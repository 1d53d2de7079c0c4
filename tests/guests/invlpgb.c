/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "invlpgb": INVLPGB and TLBSYNC (APM volume 3) at CPL 0: what they take,
 * and that none of "cpus=" CPUs goes on with a translation that was flushed.
 * Without the feature (there=0) neither is there.
 *
 * All CPUs read one address again and again, in translated code that they have
 * no reason to leave.  CPU 0 maps another page there, "rounds=" times for each
 * way to flush it.  What the page has is the number of the epoch that begins
 * once it has been flushed: who finds the same epoch before and after a read
 * has to have read that.
 */
#include "cpuid.h"
#include "ghcb.h"
#include "paging.h"
#include "probe.h"
#include "run.h"
#include "smp.h"
#include "suite.h"
#include "text.h"

#define RAX_VA          (1u << 0)
#define RAX_PCID        (1u << 1)
#define RAX_ASID        (1u << 2)
#define RAX_GLOBAL      (1u << 3)
#define RAX_FINAL       (1u << 4)
#define RAX_LEGAL       0x1fu
#define ECX_2M          (1u << 31)
#define COUNT_MAX       4095u
#define SOME_PAGE       0x7654f000u

#define SIZE_2M         0x200000u
/* RAM that nobody has anything in */
#define LARGE           0x2000000u
#define PATIENCE        100000u

static const struct code invlpgb_code = CODE(0x0f, 0x01, 0xfe);
static const struct code tlbsync_code = CODE(0x0f, 0x01, 0xff);

static void invlpgb(uintptr_t ax, uint32_t cx, uint32_t dx)
{
    asm volatile(".byte 0x0f, 0x01, 0xfe" : : "a"(ax), "c"(cx), "d"(dx)
                 : "memory");
}

static void tlbsync(void)
{
    asm volatile(".byte 0x0f, 0x01, 0xff" : : : "memory");
}

/* Value: have all registers stayed as they were? */
static struct fault try(const struct code *code, uintptr_t ax, uintptr_t cx,
                        uintptr_t dx)
{
    const struct gprs before = {
        .ax = ax, .bx = 0x11, .cx = cx, .dx = dx, .si = 0x22, .di = 0x33,
    };
    struct gprs gprs = before;
    struct fault f = run_see(code->bytes, code->length, &gprs);

    f.value = f.vector != NO_FAULT ? run_unchanged(&before) :
              gprs.ax == before.ax && gprs.bx == before.bx &&
              gprs.cx == before.cx && gprs.dx == before.dx &&
              gprs.si == before.si && gprs.di == before.di;
    return f;
}

static bool is_taken(const struct code *code, uintptr_t ax, uintptr_t cx,
                     uintptr_t dx)
{
    struct fault f = try(code, ax, cx, dx);

    return f.vector == NO_FAULT && f.value;
}

static bool raises(const struct code *code, unsigned vector, uintptr_t ax,
                   uintptr_t cx, uintptr_t dx)
{
    struct fault f = try(code, ax, cx, dx);

    return f.vector == vector && f.error == 0 &&
           f.ip == (uintptr_t)run_code && f.value;
}

static bool is_gp(uintptr_t ax, uintptr_t cx, uintptr_t dx)
{
    return raises(&invlpgb_code, VECTOR_GP, ax, cx, dx);
}

static void check_operands(void)
{
    unsigned wrong = 0;

    for (unsigned flags = 0; flags <= RAX_LEGAL; flags++) {
        wrong += !is_taken(&invlpgb_code, SOME_PAGE | flags, 0, 0);
        wrong += !is_taken(&invlpgb_code, SOME_PAGE | flags, 7 | ECX_2M, 0);
    }
    check_equal(wrong, 0, "INVLPGB takes each of rAX bits 0 to 4");
    for (unsigned bit = 5; bit < 12; bit++) {
        wrong += !is_gp(SOME_PAGE | 1u << bit, 0, 0);
        wrong += !is_gp(SOME_PAGE | RAX_LEGAL | 1u << bit, 0, 0);
    }
    check_equal(wrong, 0, "each of bits 5 to 11 is #GP");
    wrong += !is_taken(&invlpgb_code, RAX_VA, COUNT_MAX, 0);
    wrong += !is_taken(&invlpgb_code, RAX_VA, COUNT_MAX | ECX_2M, 0);
    check_equal(wrong, 0, "it takes as many pages as CPUID says");
    wrong += !is_gp(RAX_VA, COUNT_MAX + 1, 0);
    wrong += !is_gp(RAX_VA, 0xffff | ECX_2M, 0);
    wrong += !is_gp(RAX_ASID, COUNT_MAX + 1, 0);
    check_equal(wrong, 0, "more are #GP");
    for (unsigned bit = 16; bit < 31; bit++) {
        wrong += !is_gp(RAX_VA, 1u << bit, 0);
    }
    check_equal(wrong, 0, "each of ECX bits 16 to 30 is #GP");
    for (unsigned bit = 28; bit < 32; bit++) {
        wrong += !is_gp(RAX_VA, 0, 1u << bit);
    }
    check_equal(wrong, 0, "each of EDX bits 28 to 31 is #GP");
    check(is_taken(&invlpgb_code, RAX_PCID | RAX_ASID, 0, 0xfffffff),
          "no ASID and no PCID is");
    check(is_taken(&tlbsync_code, -1, -1, -1), "TLBSYNC has no operands");
}

/* What is above an operand's size is no part of it. */
static void check_sizes(void)
{
    const struct code short_code = CODE(0x67, 0x0f, 0x01, 0xfe);
    unsigned wrong = 0;

#ifdef __x86_64__
    const uintptr_t upper = 0xfff00000000;

    wrong += !is_taken(&invlpgb_code, RAX_VA, upper, upper);
#else
    const uintptr_t upper = 0xfff0000;
#endif
    wrong += !is_taken(&short_code, RAX_VA | upper, 0, 0);
    wrong += !raises(&short_code, VECTOR_GP, 1u << 11 | upper, 0, 0);
    check_equal(wrong, 0, "rAX is as wide as addresses are, rCX and rDX have "
                "32 bits");
}

/* Some of these are other instructions in an SEV-SNP guest, but not there. */
static const struct {
    const char *name;
    struct code code;
} others[] = {
    { "INVLPGB with 66", CODE(0x66, 0x0f, 0x01, 0xfe) },
    { "INVLPGB with F2", CODE(0xf2, 0x0f, 0x01, 0xfe) },
    { "INVLPGB with LOCK", CODE(0xf0, 0x0f, 0x01, 0xfe) },
    { "TLBSYNC with 66", CODE(0x66, 0x0f, 0x01, 0xff) },
    { "TLBSYNC with F3", CODE(0xf3, 0x0f, 0x01, 0xff) },
    { "TLBSYNC with LOCK", CODE(0xf0, 0x0f, 0x01, 0xff) },
};

static void check_others(void)
{
    for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        check(raises(&others[i].code, VECTOR_UD, RAX_VA, 0, 0), "%s is #UD",
              others[i].name);
    }
}

/*
 * One path has a page of 4 KiB, and beside it one of 2 MiB.  Of either there
 * are two, of which one is mapped.
 */
static struct path path;
static struct target {
    uint64_t *entry;
    uint64_t with[2];           /* an entry for each */
    uintptr_t va, data[2];      /* where a word of them is, and always is */
    unsigned mapped;
} small, large;
#define LARGE_OFFSET 0x3000u    /* of the word */

static const struct shape {
    const char *name;
    struct target *target;
    intptr_t from;              /* beside the word's page, in 4 KiB */
    uint32_t ax, cx;
} shapes[] = {
    { "its page", &small, 0, RAX_VA, 0 },
    { "its page, with all that one can say of it", &small, 0, RAX_LEGAL, 0 },
    { "its page, the last of some", &small, -7, RAX_VA | RAX_ASID, 7 },
    { "its page, the first of many", &small, 0, RAX_VA, COUNT_MAX },
    { "its page, one 2 MiB from the first", &small, -512 * 3, RAX_VA,
      3 | ECX_2M },
    { "all entries of the ASID", &small, 0, RAX_ASID, 0 },
    { "global ones too", &small, 0, RAX_ASID | RAX_GLOBAL, 0 },
    { "all entries", &small, 0, 0, 0 },
    { "any 4 KiB of its 2 MiB", &large, 400, RAX_VA, 0 },
    { "its 2 MiB", &large, -3, RAX_VA, 1 | ECX_2M },
    { "4 KiB that begin where its 2 MiB end", &large, 511 - 3, RAX_VA, 5 },
};

/* Even when something can be said */
static uint32_t epoch;
static bool done;
static const struct target *looked_at = &small;
static struct counts {
    uint32_t right, wrong, unsure;
} counts[MAX_CPUS];

static uint32_t now(void)
{
    return __atomic_load_n(&epoch, __ATOMIC_SEQ_CST);
}

static void look(struct counts *count)
{
    uint32_t before = now();
    uint32_t value = read32(__atomic_load_n(&looked_at,
                                            __ATOMIC_SEQ_CST)->va);

    if (before % 2 || before != now()) {
        count->unsure++;
    } else if (value != before) {
        count->wrong++;
    } else {
        count->right++;
    }
}

static void look_on(unsigned index)
{
    path_load(&path, cr3_bits(c_bit));
    while (!__atomic_load_n(&done, __ATOMIC_SEQ_CST)) {
        look(&counts[index]);
    }
    path_leave();
}

static uint32_t looks(unsigned cpu)
{
    /* volatile: that CPU changes them */
    const volatile struct counts *c = &counts[cpu];

    return c->right + c->wrong + c->unsure;
}

/* Until each has begun a read, and ended it */
static void look_all(unsigned cpus)
{
    look(&counts[0]);
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        uint32_t before = looks(cpu);

        for (unsigned i = 0; i < PATIENCE && looks(cpu) - before < 2; i++) {
            pause();
        }
    }
}

static void next_epoch(void)
{
    __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
}

static void map_other(struct target *target)
{
    target->mapped ^= 1;
    write32(target->data[target->mapped], now() + 1);
    *target->entry = target->with[target->mapped];
}

static uint32_t wrong_looks(unsigned cpus)
{
    uint32_t sum = 0;

    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        sum += read32((uintptr_t)&counts[cpu].wrong);
    }
    return sum;
}

static void check_shape(const struct shape *shape, unsigned cpus)
{
    struct target *target = shape->target;
    uintptr_t from = (target->va & -(uintptr_t)PAGE_SIZE) +
                     shape->from * (intptr_t)PAGE_SIZE;
    uint32_t wrong = wrong_looks(cpus);

    for (unsigned i = config_number("rounds", 20); i; i--) {
        next_epoch();
        __atomic_store_n(&looked_at, target, __ATOMIC_SEQ_CST);
        map_other(target);
        invlpgb(shape->ax & RAX_VA ? from | shape->ax : shape->ax, shape->cx,
                0);
        tlbsync();
        next_epoch();
        look_all(cpus);
    }
    check_equal(wrong_looks(cpus) - wrong, 0,
                "INVLPGB of %s: nobody reads what was there before",
                shape->name);
}

/* Else this suite shows nothing.  Afterwards all see the same again. */
static void check_no_flush(unsigned cpus)
{
    uint32_t wrong = wrong_looks(cpus);

    look_all(cpus);
    next_epoch();
    map_other(&small);
    next_epoch();
    look_all(cpus);
    check(wrong_looks(cpus) != wrong,
          "without it somebody reads what was there before");
    next_epoch();
    map_other(&small);
    invlpgb(0, 0, 0);
    tlbsync();
    next_epoch();
    look_all(cpus);
}

/* Translated code, too */
static void check_fetch(void)
{
    static const uint8_t code[2][6] = {
        { 0xb8, 1, 0, 0, 0, 0xc3 },     /* mov $1, %eax; ret */
        { 0xb8, 2, 0, 0, 0, 0xc3 },
    };
    unsigned wrong = 0;

    for (unsigned i = 0; i < 2; i++) {
        memcpy((void *)small.data[i], code[i], sizeof(code[i]));
    }
    for (unsigned i = 0; i < 8; i++) {
        small.mapped ^= 1;
        *small.entry = small.with[small.mapped];
        invlpgb(small.va | RAX_VA, 0, 0);
        tlbsync();
        wrong += probe_call(small.va, 0) != small.mapped + 1;
    }
    check_equal(wrong, 0, "INVLPGB of a page with code: that of the other "
                "page is executed");
}

static void build(void)
{
    const uint64_t flags = PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED |
                           PTE_DIRTY | c_bit;

    small.data[0] = page_alloc();
    small.data[1] = page_alloc();
    path_build(&path, 1, small.data[0]);
    path_encrypt(&path, c_bit, ~0u);
    small.va = path.va;
    small.entry = path.entry[1];
    large.va = path.va + SIZE_2M + LARGE_OFFSET;
    large.entry = path.entry[2] + 1;
    for (unsigned i = 0; i < 2; i++) {
        small.with[i] = small.data[i] | flags;
        large.data[i] = LARGE + i * SIZE_2M + LARGE_OFFSET;
        large.with[i] = (LARGE + i * SIZE_2M) | flags | PTE_LARGE;
    }
    *small.entry = small.with[0];
    *large.entry = large.with[0];
}

static void check_flushes(void)
{
    unsigned cpus = config_number("cpus", 1);

    build();
    if (cpus > 1 && !check(smp_start(cpus, look_on), "%u CPUs start", cpus)) {
        return;
    }
    path_load(&path, cr3_bits(c_bit));
    check_no_flush(cpus);
    for (unsigned i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        check_shape(&shapes[i], cpus);
    }
    __atomic_store_n(&done, true, __ATOMIC_SEQ_CST);
    check_fetch();
    path_leave();
    check(cpus == 1 || smp_wait(cpus), "all CPUs come to their end");
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        check(counts[cpu].right, "CPU %u has looked", cpu);
    }
}

SUITE(invlpgb)
{
    unsigned there = config_number("there", 1);

    check_equal(cpuid_get(CPUID_INVLPGB), there, "CPUID tells about INVLPGB");
    check_equal(cpuid_get(CPUID_INVLPGB_COUNT), there ? COUNT_MAX : 0,
                "and how many pages it takes");
    check_others();
    if (!there) {
        check(raises(&invlpgb_code, VECTOR_UD, RAX_VA, 0, 0),
              "INVLPGB is #UD");
        check(raises(&tlbsync_code, VECTOR_UD, 0, 0, 0), "TLBSYNC is #UD");
        return;
    }
    check_operands();
    check_sizes();
    check_flushes();
}
