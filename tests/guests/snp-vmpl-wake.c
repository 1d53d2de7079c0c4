/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_halt": VMPL 2 of CPU 1 waits by HLT, and an interrupt or an
 * NMI of the machine's APIC ends that.  With restricted injection, which only
 * its VMPL 0 has, that one is told of something meanwhile, and HLT goes on.
 *
 * Suite "snp_vmpl_nmi": NMIs that come from outside (inject-nmi), while VMPL 0
 * runs, which has restricted injection, and while VMPL 2 executes or waits,
 * which has none (tests/qmp/test_vmpl_events.py).
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "exception.h"
#include "hv.h"
#include "random.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "vmpl.h"

#define OTHER           2
#define OTHER_INDEX     (MAX_CPUS - 1)
#define CPU             1       /* and its APIC ID */
#define HV_VECTOR       0x51
#define IDT_VECTOR      31      /* the last in the IDT */
#define ROUNDS          25u
#define SHORT_WHILE     1000u
#define SECONDS         2

#define APIC_EOI        0xfee000b0
#define APIC_SPURIOUS   0xfee000f0
#define APIC_LVT_LINT1  0xfee00360
#define LVT_NMI         0x400

static GhcbDoorbell *doorbell;
static bool with_if;

/* How often all that was, at CPU 1 or with inject-nmi at the only one */
static volatile uint32_t halts, wakes, interrupts, nmis, told, returns;

static bool reaches(volatile uint32_t *count, uint32_t value)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (*count >= value) {
            return true;
        }
        pause();
    }
    return false;
}

static void wait_a_bit(void)
{
    for (unsigned i = SHORT_WHILE + below(SHORT_WHILE); i; i--) {
        pause();
    }
}

static void take(__attribute__((unused)) struct regs *regs)
{
    uint16_t pending = hv_take(doorbell);

    if (pending & 0xff) {
        wrmsr(MSR_EOI, 0);
    }
    told++;
}

static void on_interrupt(__attribute__((unused)) struct regs *regs)
{
    interrupts++;
    write32(APIC_EOI, 0);
}

static void on_nmi(__attribute__((unused)) struct regs *regs)
{
    nmis++;
    ghcb_nmi_complete();
}

static bool is_restricted(void)
{
    return FEATURES & VMSA_SEV_FEATURE_RESTRICTED_INJECTION;
}

static void set_up(void)
{
    exception_handle(VECTOR_HV, take);
    exception_handle(IDT_VECTOR, on_interrupt);
    exception_handle(VECTOR_NMI, on_nmi);
    vmpl_admit(OTHER);
}

static void set_up_cpu(VmplFn *fn)
{
    if (is_restricted()) {
        hv_doorbell_set(&doorbell);
    }
    vmpl_own_with(OTHER, vmpl_area(OTHER, OTHER_INDEX, fn, 0),
                  PLAIN_FEATURES);
}

static void sleep_often(__attribute__((unused)) uint64_t unused)
{
    write32(APIC_SPURIOUS, 0x1ff);
    for (;;) {
        halts++;
        if (with_if) {
            asm volatile("sti; hlt; cli" : : : "memory");
        } else {
            asm volatile("cli; hlt" : : : "memory");
        }
        wakes++;
        reaches(&returns, wakes);
    }
}

/* Each of VMPL 0's own events ends a turn of VMPL 2's. */
static void second(__attribute__((unused)) unsigned index)
{
    set_up_cpu(sleep_often);
    for (;;) {
        vmpl_run(OTHER);
    }
}

/* VMPL 2 has come to HLT once more, as far as can be seen. */
static bool sleeps(bool interruptible)
{
    uint32_t before = halts;

    with_if = interruptible;
    returns++;
    if (!reaches(&halts, before + 1)) {
        return false;
    }
    wait_a_bit();
    return wakes == before;
}

static bool tells_vmpl_0(void)
{
    uint32_t before = told, woken = wakes;

    if (!is_restricted()) {
        return true;
    }
    hv_send(TO_CPU(CPU) | HV_VECTOR);
    if (!reaches(&told, before + 1)) {
        return false;
    }
    wait_a_bit();
    return wakes == woken;
}

static bool wakes_by_interrupt(void)
{
    uint32_t before = wakes, counted = interrupts;

    if (!sleeps(true) || !tells_vmpl_0()) {
        return false;
    }
    ap_send(CPU, IDT_VECTOR);
    return reaches(&wakes, before + 1) && interrupts == counted + 1;
}

static bool wakes_by_nmi(bool interruptible)
{
    uint32_t before = wakes, counted = nmis;

    if (!sleeps(interruptible) || !tells_vmpl_0()) {
        return false;
    }
    ap_send(CPU, ICR_NMI);
    return reaches(&wakes, before + 1) && nmis == counted + 1;
}

/* The interrupt is still there when it lets interrupts in again. */
static bool sleeps_on(void)
{
    uint32_t before = wakes, counted = interrupts;

    if (!sleeps(false)) {
        return false;
    }
    ap_send(CPU, IDT_VECTOR);
    wait_a_bit();
    if (wakes != before || interrupts != counted) {
        return false;
    }
    ap_send(CPU, ICR_NMI);
    if (!reaches(&wakes, before + 1)) {
        return false;
    }
    with_if = true;
    returns++;
    return reaches(&wakes, before + 2) && interrupts == counted + 1;
}

static void check_wakes(void)
{
    unsigned by_interrupt = 0, by_nmi = 0, by_nmi_alone = 0, on = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        by_interrupt += wakes_by_interrupt();
        by_nmi += wakes_by_nmi(true);
        by_nmi_alone += wakes_by_nmi(false);
        on += sleeps_on();
    }
    check_equal(by_interrupt, ROUNDS, "an interrupt ends HLT");
    check_equal(by_nmi, ROUNDS, "so does an NMI");
    check_equal(by_nmi_alone, ROUNDS, "also where interrupts are off");
    check_equal(on, ROUNDS, "where an interrupt does not, and waits");
}

SUITE(snp_vmpl_halt)
{
    random_begin();
    set_up();
    smp_start(2, second);
    if (check(reaches(&halts, 1), "VMPL 2 of CPU 1 waits")) {
        ap_send(CPU, ICR_NMI);
        check(reaches(&wakes, 1) && nmis == 1, "an NMI ends that");
        check_wakes();
    }
    check(!is_restricted() || told == 3 * ROUNDS,
          "VMPL 0 is told of what is its own");
}

static void wait_for_seconds(unsigned seconds)
{
    uint8_t second;

    for (unsigned i = 0; i < seconds; i++) {
        outb(0x70, 0);
        second = inb(0x71);
        while (inb(0x71) == second) {
            pause();
        }
    }
}

static void take_nmis(__attribute__((unused)) uint64_t unused)
{
    reaches(&nmis, 1);
    vmpl_run(0);
    remark("VMPL 2 executes");
    while (nmis < 2) {
        pause();
    }
    vmpl_run(0);
    remark("VMPL 2 waits");
    asm volatile("cli; hlt" : : : "memory");
}

SUITE(snp_vmpl_nmi)
{
    set_up();
    set_up_cpu(take_nmis);
    write32(APIC_SPURIOUS, 0x1ff);
    write32(APIC_LVT_LINT1, LVT_NMI);
    asm volatile("sti");
    remark("VMPL 0 executes");
    wait_for_seconds(SECONDS);
    check_equal(nmis, 0, "VMPL 0 gets no NMI");
    vmpl_run(OTHER);
    check_equal(nmis, 1, "VMPL 2 gets it when it runs");
    vmpl_run(OTHER);
    check_equal(nmis, 2, "and one while it executes");
    vmpl_run(OTHER);
    check_equal(nmis, 3, "and one while it waits");
}
