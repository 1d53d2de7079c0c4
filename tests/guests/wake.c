/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "wake": each interrupt that is due comes, however close it is to the
 * HLT that waits for it.  Tokens go round the APs as IPIs of a vector each;
 * each AP has a one-shot timer that its handler arms anew.  One that gets lost
 * is missed for ever: its count stands still.  In between CPUs have interrupts
 * off, or a high task priority.
 */
#include "config.h"
#include "random.h"
#include "smp.h"
#include "segments.h"
#include "suite.h"
#include "text.h"
#include "x86.h"

#define APIC(offset)        (0xfee00000 + (offset))
#define APIC_ID             APIC(0x020)
#define APIC_EOI            APIC(0x0b0)
#define APIC_SPURIOUS       APIC(0x0f0)
#define APIC_ISR            APIC(0x100)
#define APIC_IRR            APIC(0x200)
#define APIC_ICR_LOW        APIC(0x300)
#define APIC_ICR_HIGH       APIC(0x310)
#define APIC_LVT_TIMER      APIC(0x320)
#define APIC_TIMER_INITIAL  APIC(0x380)
#define APIC_TIMER_CURRENT  APIC(0x390)
#define APIC_TIMER_DIVIDE   APIC(0x3e0)
#define SPURIOUS_ENABLE     0x1ff
#define LVT_MASKED          (1u << 16)
#define LVT_PERIODIC        (1u << 17)
#define DIVIDE_BY_1         0xb

#define VECTOR_TIMER        0x51
#define VECTOR_TOKEN        0x60    /* and 0x70 */
#define VECTOR_LOOK         0x80
#define VECTOR_SPURIOUS     0xff
#define VECTORS             256

#define TOKENS              2
#define LOOK_NS             10000000u
#define LOOKS_OF_PATIENCE   250     /* 2.5 s, which a busy host may need */
#define PATIENCE            100000000u
#define DUE_SOON_NS         5000u
#define SHORT_WHILE         100000u
#define LONGEST_TIMER_NS    40000u

struct interrupt_frame;
#define HANDLER __attribute__((interrupt)) static void

struct gate {
    uint16_t offset_low, selector, flags, offset_mid;
    uint32_t offset_high, reserved;
};

struct idtr {
    uint16_t limit;
    uintptr_t base;
} __attribute__((packed));

/* What a CPU has seen, and what its APIC says when it is asked */
struct seen {
    uint32_t apic_id;           /* as the register has it */
    uint32_t timers, tokens[TOKENS];
    uint32_t irr[8], isr[8], current, asked;
};

/* One of these numbers, as the boot CPU sees it */
struct count {
    uint32_t last;
    unsigned still;
};

static struct gate idt[VECTORS];
static struct seen seen[MAX_CPUS];
static struct count timer_counts[MAX_CPUS], token_counts[TOKENS];
static unsigned cpus, rounds;
static uint32_t over;

static void send(unsigned cpu, uint32_t vector)
{
    write32(APIC_ICR_HIGH, seen[cpu].apic_id);
    write32(APIC_ICR_LOW, vector);
}

static struct seen *mine(void)
{
    return &seen[this_cpu()->index];
}

static void dally(unsigned most)
{
    for (unsigned i = below(most); i; i--) {
        pause();
    }
}

/*
 * As an operating system does it: with a count alone; or it had stopped the
 * timer, as for a CPU that is idle; or it begins with one that is periodic, of
 * which the next handler makes a one-shot.
 */
static void arm_timer(void)
{
    uint32_t mode = 0, least = 1;

    switch (below(4)) {
    case 0:
        mode = LVT_PERIODIC;
        least = LONGEST_TIMER_NS;   /* QEMU has to keep up with it */
        break;
    case 1:
        write32(APIC_LVT_TIMER, VECTOR_TIMER | LVT_MASKED);
        write32(APIC_TIMER_INITIAL, 0);
        break;
    }
    write32(APIC_LVT_TIMER, VECTOR_TIMER | mode);
    write32(APIC_TIMER_INITIAL, least + below(LONGEST_TIMER_NS));
}

/* Tokens go round the APs, which are 1 to cpus - 1. */
static void pass_token(unsigned token)
{
    unsigned next = this_cpu()->index + 1;

    mine()->tokens[token]++;
    write32(APIC_EOI, 0);
    send(next < cpus ? next : 1, VECTOR_TOKEN + token * 0x10);
}

HANDLER on_token_0(struct interrupt_frame *frame)
{
    (void)frame;
    pass_token(0);
}

HANDLER on_token_1(struct interrupt_frame *frame)
{
    (void)frame;
    pass_token(1);
}

HANDLER on_timer(struct interrupt_frame *frame)
{
    (void)frame;
    mine()->timers++;
    write32(APIC_EOI, 0);
    if (this_cpu()->index) {
        arm_timer();
    }
}

/* The boot CPU wants to know why this one has come to a stop. */
HANDLER on_look(struct interrupt_frame *frame)
{
    struct seen *s = mine();

    (void)frame;
    for (unsigned i = 0; i < 8; i++) {
        s->isr[i] = read32(APIC_ISR + i * 0x10);
        s->irr[i] = read32(APIC_IRR + i * 0x10);
    }
    s->current = read32(APIC_TIMER_CURRENT);
    s->asked++;
    write32(APIC_EOI, 0);
}

HANDLER on_spurious(struct interrupt_frame *frame)
{
    (void)frame;
}

static void set_handler(unsigned vector, void (*handler)(void *frame))
{
    uintptr_t offset = (uintptr_t)handler;

    idt[vector] = (struct gate) {
        .offset_low = offset, .offset_mid = offset >> 16,
        .offset_high = offset >> 32,
        .selector = SEL_CODE64, .flags = 0x8e00,
    };
}

/* The exceptions stay as they are. */
static void make_idt(void)
{
    struct idtr now;

    asm volatile("sidt %0" : "=m"(now));
    memcpy(idt, (void *)now.base, now.limit + 1);
    set_handler(VECTOR_TIMER, (void (*)(void *))on_timer);
    set_handler(VECTOR_TOKEN, (void (*)(void *))on_token_0);
    set_handler(VECTOR_TOKEN + 0x10, (void (*)(void *))on_token_1);
    set_handler(VECTOR_LOOK, (void (*)(void *))on_look);
    set_handler(VECTOR_SPURIOUS, (void (*)(void *))on_spurious);
}

static void begin(uint32_t timer_mode)
{
    struct idtr ours = { sizeof(idt) - 1, (uintptr_t)idt };

    asm volatile("lidt %0" : : "m"(ours));
    write32(APIC_SPURIOUS, SPURIOUS_ENABLE);
    write32(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    write32(APIC_LVT_TIMER, VECTOR_TIMER | timer_mode);
}

static void write_cr8(uint64_t value)
{
    asm volatile("mov %0, %%cr8" : : "r"(value) : "memory");
}

/* Awake, and not open for interrupts in one way or another. */
static void be_busy(void)
{
    switch (below(8)) {
    case 0:
        dally(200);
        break;
    case 1:
        write_cr8(15);
        asm volatile("sti" : : : "memory");
        dally(200);
        write_cr8(0);
        asm volatile("cli" : : : "memory");
        break;
    case 2:
        asm volatile("sti" : : : "memory");
        dally(200);
        asm volatile("cli" : : : "memory");
        break;
    }
}

static void be_woken(unsigned index)
{
    seen[index].apic_id = read32(APIC_ID);
    begin(0);
    arm_timer();
    smp_reach(1);
    while (!read32((uintptr_t)&over)) {
        asm volatile("sti; hlt; cli" : : : "memory");
        be_busy();
    }
}

/* One look of the boot CPU's; true if this count has stood still too long. */
static bool stands_still(struct count *count, uint32_t now)
{
    count->still = count->last == now ? count->still + 1 : 0;
    count->last = now;
    return count->still > LOOKS_OF_PATIENCE;
}

/* Its own timer is periodic: losing one tick of it would not matter. */
static void sleep_a_bit(void)
{
    asm volatile("sti; hlt; cli" : : : "memory");
}

static void ask(unsigned cpu)
{
    struct seen *s = &seen[cpu];

    send(cpu, VECTOR_LOOK);
    for (unsigned i = 0; i < 100 && !read32((uintptr_t)&s->asked); i++) {
        sleep_a_bit();
    }
    remark("CPU %u %s, timers %u, its count is %u, tokens %u and %u", cpu,
           s->asked ? "answers" : "does not answer", s->timers, s->current,
           s->tokens[0], s->tokens[1]);
    for (unsigned i = 0; i < 8; i++) {
        if (s->irr[i] | s->isr[i]) {
            remark("  vectors from %u: pending %x, in service %x", i * 32,
                   (uint64_t)s->irr[i], (uint64_t)s->isr[i]);
        }
    }
}

/* Until all are there, or one stands still; that one is the result. */
static const char *look_until_done(void)
{
    for (uint32_t least = 0; least < rounds; ) {
        least = rounds;
        sleep_a_bit();
        for (unsigned cpu = 1; cpu < cpus; cpu++) {
            struct seen *s = &seen[cpu];
            uint32_t timers = read32((uintptr_t)&s->timers);

            if (stands_still(&timer_counts[cpu], timers)) {
                return "timer";
            }
            least = timers < least ? timers : least;
        }
        for (unsigned i = 0; i < TOKENS; i++) {
            uint32_t tokens = read32((uintptr_t)&seen[1].tokens[i]);

            if (stands_still(&token_counts[i], tokens)) {
                return "token";
            }
            least = tokens < least ? tokens : least;
        }
    }
    return NULL;
}

SUITE(wake)
{
    const char *lost;

    cpus = config_number("cpus", 4);
    rounds = config_number("rounds", 10000);
    random_begin();
    make_idt();
    begin(LVT_PERIODIC);
    write32(APIC_TIMER_INITIAL, LOOK_NS);
    if (!check(smp_start(cpus, be_woken) && smp_all_at(cpus, 1, PATIENCE),
               "%u CPUs start", cpus)) {
        return;
    }
    for (unsigned i = 0; i < TOKENS; i++) {
        send(1, VECTOR_TOKEN + i * 0x10);
    }
    lost = look_until_done();
    for (unsigned cpu = 1; lost && cpu < cpus; cpu++) {
        ask(cpu);
    }
    check(!lost, "no interrupt gets lost: %s", lost ? lost : "none");
    over = 1;
    check(smp_wait(cpus), "all CPUs come to their end");
}

/*
 * The timer is due, and the register is written to before QEMU's own timer
 * has told; the interrupt that is due has to come nevertheless, once.
 */
static bool comes_after(uintptr_t reg, uint32_t value)
{
    struct seen *s = &seen[0];
    uint32_t before = s->timers;

    write32(APIC_LVT_TIMER, VECTOR_TIMER);
    write32(APIC_TIMER_INITIAL, DUE_SOON_NS);
    while (read32(APIC_TIMER_CURRENT)) {
    }
    write32(reg, value);
    asm volatile("sti" : : : "memory");
    for (unsigned i = 0; i < SHORT_WHILE; i++) {
        if (read32((uintptr_t)&s->timers) != before) {
            break;
        }
        pause();
    }
    asm volatile("cli" : : : "memory");
    return s->timers == before + 1;
}

SUITE(wake_late)
{
    static const struct {
        const char *what;
        uintptr_t reg;
        uint32_t value;
    } writes[] = {
        { "the same mode", APIC_LVT_TIMER, VECTOR_TIMER },
        { "a mask", APIC_LVT_TIMER, VECTOR_TIMER | LVT_MASKED },
        { "another vector", APIC_LVT_TIMER, VECTOR_TOKEN },
        { "a count that stops it", APIC_TIMER_INITIAL, 0 },
    };

    make_idt();
    begin(0);
    for (unsigned i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
        unsigned came = 0;

        while (came < 100 && comes_after(writes[i].reg, writes[i].value)) {
            came++;
        }
        check_equal(came, 100, "a timer that is due interrupts, though %s is "
                    "written then", writes[i].what);
    }
}
