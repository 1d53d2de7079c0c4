/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_hv_windows": events that come while a CPU cannot be told of them,
 * or is about to leave the handler of the last one; and #HV is all that a VMPL
 * with restricted injection is interrupted by, for whatever reason.
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

#define GUEST           3       /* a VMPL without restricted injection */
#define GUEST_INDEX     (MAX_CPUS - 1)
#define IDT_VECTOR      31      /* the last in the IDT */
#define LOW_VECTOR      0x41
#define MID_VECTOR      0x51
#define HIGH_VECTOR     0x61
#define EVENTS          300u   /* of CPU 1 */
#define SHORT_WHILE     20000u

#define APIC_EOI        0xfee000b0
#define APIC_SPURIOUS   0xfee000f0
#define APIC_ICR_LOW    0xfee00300
#define APIC_TIMER      0xfee00320
#define APIC_COUNT      0xfee00380

static GhcbDoorbell *doorbell;

/* What was taken, each time, and in how many handlers the CPU was then */
static volatile struct {
    uint32_t count, depth;
    struct {
        uint8_t vector, flags, depth;
    } last[8];
} taken;

/* What the next handler does before it takes what there is, and after that */
static void (*volatile before)(void), (*volatile after)(void);

static void call_once(void (*volatile *fn)(void))
{
    void (*now)(void) = *fn;

    *fn = NULL;
    if (now) {
        now();
    }
}

static void take(__attribute__((unused)) struct regs *regs)
{
    uint32_t depth = ++taken.depth, n;
    uint16_t pending;

    call_once(&before);
    pending = hv_take(doorbell);
    n = taken.count++ % 8;
    taken.last[n].vector = pending;
    taken.last[n].flags = pending >> 8;
    taken.last[n].depth = depth;
    call_once(&after);
    taken.depth--;
    if (pending & 0xff) {
        wrmsr(MSR_EOI, 0);
    }
}

static bool reaches(volatile uint32_t *count, uint32_t value)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (*count == value) {
            return true;
        }
        pause();
    }
    return false;
}

static void wait_a_bit(void)
{
    for (unsigned i = 0; i < SHORT_WHILE; i++) {
        pause();
    }
}

static bool was(uint32_t n, uint8_t vector, uint8_t flags, uint8_t depth)
{
    return taken.last[n].vector == vector && taken.last[n].flags == flags &&
           taken.last[n].depth == depth;
}

static void begin(void (*first)(void), void (*second)(void))
{
    taken.count = taken.depth = 0;
    before = first;
    after = second;
    wrmsr(MSR_ICR, ICR_SELF | MID_VECTOR);
}

/* In the handler, what has been told not being taken yet */
static void higher_and_nmi(void)
{
    wrmsr(MSR_ICR, ICR_SELF | HIGH_VECTOR);
    wrmsr(MSR_ICR, TO_CPU(0) | ICR_MODE_NMI);
    wait_a_bit();
    check_equal(taken.count, 0, "no #HV while there is something to take");
}

static void until_next(void)
{
    check(reaches(&taken.count, 2), "when it is taken the next one comes, "
          "before the first has its EOI");
}

static void check_before_taking(void)
{
    begin(higher_and_nmi, until_next);
    check(was(0, MID_VECTOR,
              GHCB_DOORBELL_NMI | GHCB_DOORBELL_NO_FURTHER_SIGNAL, 1),
          "an NMI joins an interrupt that has not been taken");
    check(was(1, HIGH_VECTOR, GHCB_DOORBELL_NO_FURTHER_SIGNAL, 2),
          "another interrupt does not, and is not lost");
    check_equal(taken.count, 2, "so it is two");
}

static void higher(void)
{
    wrmsr(MSR_ICR, ICR_SELF | HIGH_VECTOR);
    check_equal(taken.count, 2, "a higher one interrupts the handler");
}

static void nmi(void)
{
    wrmsr(MSR_ICR, TO_CPU(0) | ICR_MODE_NMI);
    check_equal(taken.count, 2, "an NMI interrupts the handler");
}

static void lower(void)
{
    wrmsr(MSR_ICR, ICR_SELF | LOW_VECTOR);
    wait_a_bit();
    check_equal(taken.count, 1, "a lower one does not");
}

static void check_after_taking(void)
{
    begin(NULL, higher);
    check(was(1, HIGH_VECTOR, GHCB_DOORBELL_NO_FURTHER_SIGNAL, 2) &&
          taken.count == 2, "it is told of once");
    begin(NULL, nmi);
    check(was(1, 0, GHCB_DOORBELL_NMI | GHCB_DOORBELL_NO_FURTHER_SIGNAL, 2) &&
          taken.count == 2, "it is told of once");
    begin(NULL, lower);
    check(was(1, LOW_VECTOR, GHCB_DOORBELL_NO_FURTHER_SIGNAL, 1) &&
          taken.count == 2, "it comes with the EOI");
}

/*
 * Instructions that keep interrupts out for one more, and one that ends a
 * handler
 */
void windows(void);
extern const char behind_mov_ss[], behind_sti[], later_than_mov_ss[],
                  later_than_sti[], behind_iret[];
asm(".pushsection .text\n"
    "windows:\n"
    "    mov %ss, %eax\n"
    "    mov %eax, %ss\n"
    "behind_mov_ss:\n"
    "    nop\n"
    "later_than_mov_ss:\n"
    "    sti\n"
    "behind_sti:\n"
    "    nop\n"
    "later_than_sti:\n"
    "    cli\n"
    "    mov %rsp, %rdx\n"
    "    push %rax\n"
    "    push %rdx\n"
    "    pushf\n"
    "    mov %cs, %eax\n"
    "    push %rax\n"
    "    lea behind_iret, %rax\n"
    "    push %rax\n"
    "    iretq\n"
    "behind_iret:\n"
    "    ret\n"
    ".popsection");

/* Where CPU 0 was told of an event; CPU 1 sends the next when it has been. */
static volatile struct {
    uint32_t told, mov_ss, sti, after_mov_ss, after_sti, after_iret;
} seen;

static void note(struct regs *regs)
{
    uint16_t pending = hv_take(doorbell);

    seen.mov_ss += regs->ip == (uintptr_t)behind_mov_ss;
    seen.sti += regs->ip == (uintptr_t)behind_sti;
    seen.after_mov_ss += regs->ip == (uintptr_t)later_than_mov_ss;
    seen.after_sti += regs->ip == (uintptr_t)later_than_sti;
    seen.after_iret += regs->ip == (uintptr_t)behind_iret;
    if (pending & 0xff) {
        wrmsr(MSR_EOI, 0);
    }
    __atomic_add_fetch(&seen.told, 1, __ATOMIC_SEQ_CST);
}

static void send_events(__attribute__((unused)) unsigned index)
{
    for (unsigned i = 0; i < EVENTS; i++) {
        hv_send(TO_CPU(0) | (i % 2 ? ICR_MODE_NMI : MID_VECTOR));
        while (seen.told == i) {
            pause();
        }
        for (unsigned n = below(64); n; n--) {
            pause();
        }
    }
}

static void check_windows(void)
{
    exception_handle(VECTOR_HV, note);
    smp_start(2, send_events);
    for (unsigned i = 0; i < 10 * PATIENCE && seen.told < EVENTS; i++) {
        uint32_t told = seen.told;

        windows();
        i = seen.told == told ? i : 0;
    }
    check_equal(seen.told, EVENTS, "each event is told of");
    check_equal(seen.mov_ss, 0, "never behind MOV SS");
    check_equal(seen.sti, 0, "never behind STI");
    check(seen.after_mov_ss, "but one instruction later (%u)",
          seen.after_mov_ss);
    check(seen.after_sti, "also with STI (%u)", seen.after_sti);
    check(seen.after_iret, "and where IRET goes to (%u)", seen.after_iret);
}

/* What comes by the IDT, to this VMPL or to the other one */
static volatile uint32_t interrupts, nmis;

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

/* Of the machine's APIC; its timer's vector is the same. */
static void disturb(void)
{
    write32(APIC_SPURIOUS, 0x1ff);
    write32(APIC_ICR_LOW, ICR_SELF | IDT_VECTOR);
    write32(APIC_ICR_LOW, ICR_NMI);
    write32(APIC_TIMER, IDT_VECTOR);
    write32(APIC_COUNT, 1000);
    wait_a_bit();
}

static void check_alone(void)
{
    exception_handle(VECTOR_HV, take);
    exception_handle(IDT_VECTOR, on_interrupt);
    exception_handle(VECTOR_NMI, on_nmi);
    asm volatile("sti");
    taken.count = 0;
    wrmsr(MSR_ICR, ICR_SELF | IDT_VECTOR);
    wrmsr(MSR_ICR, TO_CPU(0) | ICR_MODE_NMI);
    check_equal(taken.count, 2, "an interrupt and an NMI are #HV with IF, too");
    check(was(0, IDT_VECTOR, GHCB_DOORBELL_NO_FURTHER_SIGNAL, 1),
          "also of a vector in the IDT");
    disturb();
    asm volatile("cli");
    check(!interrupts && !nmis, "nothing comes by the IDT, not even what the "
          "machine's APIC has");
}

static void run_guest(__attribute__((unused)) uint64_t unused)
{
    asm volatile("sti");
    for (unsigned i = 0; i < PATIENCE && !(interrupts && nmis); i++) {
        pause();
    }
    asm volatile("cli");
}

static void check_left_to_guest(void)
{
    SevVmsa *vmsa = vmpl_area(GUEST, GUEST_INDEX, run_guest, 0);

    vmpl_admit(GUEST);
    vmpl_own_with(GUEST, vmsa, PLAIN_FEATURES);
    check_equal(vmpl_run(GUEST), 0, "a VMPL without restricted injection runs");
    check(interrupts == 1 && nmis == 1, "which is what all that was for");
    check_equal(taken.count, 2, "and #HV has not told of it");
}

SUITE(snp_hv_windows)
{
    random_begin();
    exception_handle(VECTOR_HV, take);
    hv_doorbell_set(&doorbell);
    check_before_taking();
    check_after_taking();
    check_alone();
    check_left_to_guest();
    if (config_number("cpus", 1) > 1) {
        check_windows();
    }
}
