/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_hv": with restricted injection a CPU is told of its events by the
 * #HV doorbell page alone (56421), also while another VMPL of it runs.
 *
 * Suite "snp_hv_late": it has two events, or with "events=1" one, and forgets
 * what "forget=" says, "take" or "eoi".
 *
 * Suite "snp_hv_lost": its doorbell page becomes private.
 *
 * Suite "snp_hv_machine_check": QEMU's monitor sends one ("mce"), while it
 * executes and while it waits.
 *
 * Suite "snp_hv_none": without restricted injection there is no #HV IPI.
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "exception.h"
#include "hv.h"
#include "msr.h"
#include "paging.h"
#include "probe.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define OTHER           2
#define OTHER_INDEX     (MAX_CPUS - 1)
#define GUEST           3       /* a VMPL without restricted injection */
#define GUEST_INDEX     (MAX_CPUS - 2)
#define GUEST_VECTOR    31      /* the last in the IDT */
#define NO_GPA          (~0ull)

#define MSR_X2APIC_ID   0x802
#define MSR_TPR         0x808
#define MSR_SPURIOUS    0x80f
#define MSR_ISR         0x810
#define MSR_IRR         0x820
#define MSR_TIMER       0x832
#define MSR_SELF_IPI    0x83f
#define LVT_MASKED      (1u << 16)

#define MSR_MCG_STATUS  0x17a
#define MCG_STATUS_MCIP (1u << 2)       /* machine check in progress */

#define APIC_EOI        0xfee000b0
#define APIC_SPURIOUS   0xfee000f0
#define APIC_ICR_LOW    0xfee00300

static GhcbDoorbell *doorbells[2];

/* What this CPU's handler has taken from the doorbell page, each time */
static volatile struct taken {
    uint32_t count;
    uint8_t vector[8], flags[8];
    uint64_t flags_register;
} taken[2];

/* From the look at what has been taken on, to behind HLT */
extern const char hv_wait[], hv_wait_end[];

/*
 * Nobody must go on to wait for what comes just before HLT, and interrupts are no
 * way to keep it back.
 */
static void take(struct regs *regs)
{
    unsigned cpu = this_cpu()->index;
    volatile struct taken *t = &taken[cpu];
    uint16_t pending = hv_take(doorbells[cpu]);

    t->vector[t->count % 8] = pending;
    t->flags[t->count % 8] = pending >> 8;
    t->flags_register = regs->flags;
    t->count++;
    if (regs->ip >= (uintptr_t)hv_wait && regs->ip < (uintptr_t)hv_wait_end) {
        regs->ip = (uintptr_t)hv_wait_end;
    }
}

static bool comes(unsigned cpu, uint32_t before)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (taken[cpu].count != before) {
            return true;
        }
        pause();
    }
    return false;
}

static bool in_set(uint32_t msr, unsigned vector)
{
    return rdmsr(msr + vector / 32) >> vector % 32 & 1;
}

static uint8_t last_vector(unsigned cpu)
{
    return taken[cpu].vector[(taken[cpu].count - 1) % 8];
}

static void set_doorbell(void)
{
    hv_doorbell_set(&doorbells[this_cpu()->index]);
}

static void check_doorbell(void)
{
    const uint64_t refused = (uint64_t)GHCB_ERR_INVALID_INPUT << 32 | 1;

    check_equal(hv_doorbell(GHCB_DOORBELL_PREFERRED, 0), NO_GPA,
                "no doorbell page is preferred");
    check_equal(hv_doorbell(GHCB_DOORBELL_QUERY, 0), NO_GPA, "there is none");
    check_equal(hv_doorbell(GHCB_DOORBELL_SET, SHARED_AREA + 8), refused,
                "one that is not aligned is refused");
    check_equal(hv_doorbell(GHCB_DOORBELL_SET, SNP_PROGRAM), refused,
                "and one that is private");
    check_equal(hv_doorbell(GHCB_DOORBELL_SET, 0xd0000000), refused,
                "and one that is no RAM");
    check_equal(hv_doorbell(4, 0), refused, "and another request");
    set_doorbell();
    check_equal(hv_doorbell(GHCB_DOORBELL_QUERY, 0), (uintptr_t)doorbells[0],
                "one of shared memory is taken");
}

/* Interrupts are off all the time. */
static void check_self(void)
{
    uint32_t before = taken[0].count;

    check(hv_send(ICR_SELF | 0x51), "an IPI to itself is sent");
    check(comes(0, before), "it is told of by #HV");
    check_equal(last_vector(0), 0x51, "with its vector");
    check_equal(taken[0].flags[before % 8], GHCB_DOORBELL_NO_FURTHER_SIGNAL,
                "and that no other #HV comes");
    check_equal(taken[0].flags_register & (1u << 9 | 1u << 16), 0,
                "RFLAGS has neither IF nor RF");
    check(in_set(MSR_ISR, 0x51), "it is in service");
    wrmsr(MSR_EOI, 0);
    check(!in_set(MSR_ISR, 0x51), "until its EOI");
    check(hv_send(TO_CPU(0) | ICR_MODE_NMI), "an NMI is sent");
    check(comes(0, before + 1) && taken[0].flags[(before + 1) % 8] & 1,
          "it is told of as one");
    check(!hv_send(ICR_SELF | 5 << 8), "INIT cannot be sent");
}

static void check_priority(void)
{
    uint32_t before = taken[0].count;

    hv_send(ICR_SELF | 0x51);
    comes(0, before);
    hv_send(ICR_SELF | 0x55);
    check(in_set(MSR_IRR, 0x55) && taken[0].count == before + 1,
          "one of the same priority waits");
    hv_send(ICR_SELF | 0x61);
    check(comes(0, before + 1) && last_vector(0) == 0x61,
          "one of a higher does not");
    wrmsr(MSR_EOI, 0);
    check(in_set(MSR_ISR, 0x51), "EOI ends the higher one");
    wrmsr(MSR_EOI, 0);
    check(comes(0, before + 2) && last_vector(0) == 0x55,
          "then that which waited comes");
    wrmsr(MSR_EOI, 0);
}

static void check_task_priority(void)
{
    uint32_t before = taken[0].count;
    uintptr_t cr8 = 6;

    asm volatile("mov %0, %%cr8" : : "r"(cr8));
    check_equal(rdmsr(MSR_TPR), 0x60, "CR8 is the task priority");
    wrmsr(MSR_SELF_IPI, 0x62);
    check(in_set(MSR_IRR, 0x62) && taken[0].count == before,
          "which keeps an interrupt back");
    cr8 = 0;
    asm volatile("mov %0, %%cr8" : : "r"(cr8));
    check(comes(0, before) && last_vector(0) == 0x62, "until it is lower");
    wrmsr(MSR_EOI, 0);
}

/* It has no other signal until the guest has taken the first. */
static void check_no_further_signal(void)
{
    uint32_t before = taken[0].count;

    doorbells[0]->flags = GHCB_DOORBELL_NO_FURTHER_SIGNAL;
    hv_send(ICR_SELF | 0x71);
    check(taken[0].count == before && doorbells[0]->vector == 0x71,
          "told, but without another #HV");
    hv_send(ICR_SELF | 0x81);
    check(in_set(MSR_IRR, 0x81), "the page has place for one");
    hv_take(doorbells[0]);
    check(comes(0, before) && last_vector(0) == 0x81,
          "when it is taken, the next comes by #HV");
    wrmsr(MSR_EOI, 0);
    wrmsr(MSR_EOI, 0);
}

static void check_registers(void)
{
    uint64_t value = 0;

    check_equal(rdmsr(MSR_X2APIC_ID), 0, "the APIC has its ID");
    check_equal(rdmsr(MSR_APIC_BASE), 0xfee00900, "and its base");
    wrmsr(MSR_APIC_BASE, 0xfee00d00);
    check_equal(rdmsr(MSR_APIC_BASE), 0xfee00d00, "x2APIC can be turned on");
    wrmsr(MSR_SPURIOUS, 0x1ff);
    check_equal(rdmsr(MSR_SPURIOUS), 0x1ff, "its software part can");
    check_equal(rdmsr(MSR_TIMER), LVT_MASKED, "its timer is masked");
    value = 0x20;
    check_equal(catch_fault(probe_wrmsr, MSR_TIMER, (uintptr_t)&value).vector,
                VECTOR_GP, "and stays so");
    check_equal(catch_fault(probe_rdmsr, 0x804, (uintptr_t)&value).vector,
                VECTOR_GP, "an MSR that it does not have is #GP");
}

/* CPU 1; and how often VMPL 2 of CPU 0 has been around when that asks for it */
static volatile uint32_t halts, woken;
static volatile uint64_t runs, runs_before;

static void wait_for_run(void)
{
    while (runs == runs_before) {
        pause();
    }
}

/* Until there are more than COUNT events; its labels may stand once only */
static __attribute__((noinline))
void wait_for_event(unsigned cpu, uint32_t count)
{
    asm volatile("cli\n"
                 "hv_wait: cmp %1, %0\njne hv_wait_end\nhlt\n"
                 "hv_wait_end:"
                 : : "m"(taken[cpu].count), "r"(count) : "memory", "cc");
}

static void second(unsigned index)
{
    set_doorbell();
    for (uint32_t count = 0;; count++) {
        halts++;
        wait_for_event(index, count);
        woken++;
        wrmsr(MSR_EOI, 0);
        if (last_vector(index) == 0x91) {
            wait_for_run();
            hv_send(TO_CPU(0) | 0x92);
        }
    }
}

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

static void check_wakes(void)
{
    check(reaches(&halts, 1), "CPU 1 halts");
    check(hv_send(TO_CPU(1) | 0x90), "an IPI is sent to it");
    check(reaches(&woken, 1) && last_vector(1) == 0x90,
          "which wakes it, with interrupts off");
    check(reaches(&halts, 2), "it halts again");
}

static void busy(__attribute__((unused)) uint64_t unused)
{
    for (;;) {
        runs++;
    }
}

/* CPU 1 has an event for VMPL 0 of this CPU, which has run VMPL 2. */
static void check_above(void)
{
    SevVmsa *vmsa = vmpl_make(OTHER, OTHER_INDEX, busy, 0);

    vmpl_admit(OTHER);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t count = taken[0].count;

        runs_before = runs;
        hv_send(TO_CPU(1) | 0x91);
        check_equal(vmpl_run(OTHER), 0, "VMPL 2 runs, and comes back");
        check(comes(0, count) && last_vector(0) == 0x92,
              "because VMPL 0 has an event");
        check_equal(vmpl_exit_code(vmsa), VMSA_EXIT_INTR,
                    "its exit code says so");
        wrmsr(MSR_EOI, 0);
        check(runs > runs_before, "it had gone on where it was");
    }
}

static volatile struct {
    uint64_t sev_status;
    uint32_t interrupts;
} guest;

static void guest_interrupt(__attribute__((unused)) struct regs *regs)
{
    guest.interrupts++;
    write32(APIC_EOI, 0);
}

/* An IPI to itself by the machine's APIC, then it waits for interrupts. */
static void run_guest(__attribute__((unused)) uint64_t unused)
{
    guest.sev_status = rdmsr(MSR_SEV_STATUS);
    write32(APIC_SPURIOUS, 0x1ff);
    asm volatile("sti");
    write32(APIC_ICR_LOW, ICR_SELF | GUEST_VECTOR);
    for (unsigned i = 0; !guest.interrupts && i < PATIENCE; i++) {
        pause();
    }
    vmpl_run(0);
    for (;;) {
        runs++;
        asm volatile("sti; hlt; cli" : : : "memory");
    }
}

/* As SVSMs have it: theirs is restricted, and their guest's is not. */
static void check_guest(void)
{
    const uint64_t restricted = VMSA_SEV_FEATURE_RESTRICTED_INJECTION;
    SevVmsa *vmsa = vmpl_area(GUEST, GUEST_INDEX, run_guest, 0);
    uint32_t count = taken[0].count;

    vmpl_admit(GUEST);
    exception_handle(GUEST_VECTOR, guest_interrupt);
    vmpl_own_with(GUEST, vmsa, PLAIN_FEATURES);
    check_equal(vmpl_run(GUEST), 0, "it runs, and comes back");
    check_equal(guest.sev_status, config_sev_status() & ~(restricted << 2),
                "its SEV_STATUS has its own features");
    check_equal(guest.interrupts, 1, "the machine's APIC interrupts it");
    check_equal(taken[0].count, count, "and VMPL 0 hears nothing of that");
    runs_before = runs;
    hv_send(TO_CPU(1) | 0x91);
    check_equal(vmpl_run(GUEST), 0, "it runs again, until it halts");
    check(comes(0, count) && last_vector(0) == 0x92,
          "an event of VMPL 0's ends that");
    wrmsr(MSR_EOI, 0);
}

SUITE(snp_hv)
{
    exception_handle(VECTOR_HV, take);
    check_doorbell();
    check_registers();
    check_self();
    check_priority();
    check_task_priority();
    check_no_further_signal();
    if (config_number("cpus", 1) > 1) {
        smp_start(2, second);
        check_wakes();
        check_guest();
        check_above();
    }
}

static void look_away(__attribute__((unused)) struct regs *regs)
{
    taken[0].count++;
}

static uint8_t rtc_second(void)
{
    outb(0x70, 0);
    return inb(0x71);
}

/* Longer than QEMU waits before it says something */
static void wait_three_seconds(void)
{
    uint8_t second = rtc_second();

    for (unsigned changes = 0; changes < 4; changes++) {
        while (rtc_second() == second) {
            pause();
        }
        second = rtc_second();
    }
}

SUITE(snp_hv_late)
{
    char forget[8];

    config_text("forget", forget, sizeof(forget));
    exception_handle(VECTOR_HV, str_equal(forget, "take") ? look_away : take);
    set_doorbell();
    hv_send(ICR_SELF | 0x51);
    if (config_number("events", 2) > 1) {
        hv_send(ICR_SELF | 0x55);
    }
    wait_three_seconds();
    check_equal(taken[0].count, 1, "it was told once");
}

SUITE(snp_hv_lost)
{
    set_doorbell();
    check_equal(psc_msr((uintptr_t)doorbells[0], GHCB_PSC_OP_PRIVATE), 0,
                "the doorbell page becomes private");
    check(hv_send(ICR_SELF | 0x51), "an IPI to itself is sent");
    check_equal(hv_doorbell(GHCB_DOORBELL_QUERY, 0), NO_GPA,
                "there is no doorbell page any more");
}

SUITE(snp_hv_machine_check)
{
    const unsigned expected = GHCB_DOORBELL_NO_FURTHER_SIGNAL |
                              GHCB_DOORBELL_MACHINE_CHECK;

    exception_handle(VECTOR_HV, take);
    set_doorbell();
    write_cr4(read_cr4() | CR4_MCE);
    remark("it executes");
    while (!taken[0].count) {
        pause();
    }
    check_equal(taken[0].flags[0], expected, "a machine check is told of");
    check_equal(taken[0].vector[0], 0, "without a vector");
    check_equal(rdmsr(MSR_MCG_STATUS), MCG_STATUS_MCIP, "it is in progress");
    wrmsr(MSR_MCG_STATUS, 0);
    remark("it waits");
    wait_for_event(0, 1);
    check_equal(taken[0].flags[1], expected, "and one that ends HLT");
}

SUITE(snp_hv_none)
{
    check(!hv_send(ICR_SELF | 0x51), "an #HV IPI is refused");
}
