/*
 * Notices that all vCPUs of a SEV guest have halted for good
 *
 * A kernel or a firmware that gives up before it has a console, or cannot use
 * it any more, executes CLI and HLT.  Such a guest is silent for ever, and so
 * would QEMU be.  When no vCPU can be woken by anything that the guest itself
 * has arranged, the user gets a line and QMP an event.  Nothing else changes:
 * an NMI from outside (inject-nmi) still wakes a guest that waits for it.
 *
 * It costs nothing until a vCPU halts with interrupts off, or gets INIT; that
 * starts a timer, and what is looked at then is this, for each vCPU, with the
 * BQL held:
 *
 * - A vCPU halts on its own thread without the BQL: first it starts the timer
 *   anew, then it sets "halted".  It may seem alive in between, for as long as
 *   a busy host lets its thread sleep: so for some looks more nobody is
 *   believed to be alive.  And one may be seen halted in a state of a moment
 *   ago (a store that has not arrived yet): so only the second look in a row
 *   that finds the guest dead counts.
 * - One that is woken takes a bit off interrupt_request, or work off its list,
 *   with the BQL held.  As long as the looker has it, either that is still to
 *   be seen, or "halted" has been 0 before the BQL was given up.
 * - INIT, SIPI, NMI and AP creation are put there by a vCPU that runs, before
 *   it can halt itself.  So when none runs and nothing is there, nothing is on
 *   its way between two vCPUs.
 * - Whoever is found running, or open for interrupts, starts the timer again
 *   should it ever halt with interrupts off.  So the timer may rest.
 *
 * The time is the guest's: it stands still while the guest is stopped, and
 * is the same in each run with -icount.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/timer.h"
#include "cpu.h"
#include "hw/i386/apic_internal.h"
#include "qapi/qapi-events-sev-emulated.h"
#include "system/cpus.h"
#include "system/reset.h"
#include "hypervisor/run/dead-halt.h"
#include "hypervisor/run/hv-events.h"
#include "hypervisor/run/last-exception.h"
#include "hypervisor/run/sev-vcpu.h"

/* Looks are this far from each other, and the first from the halt. */
#define LOOK_AFTER_MS 250
#define DEAD_LOOKS 2
#define ALIVE_LOOKS 8

/* vCPUs that the line for the user names one by one; the event has all */
#define CPUS_IN_LINE 8

typedef struct DeadHalt {
    QEMUTimer *timer;
    unsigned suspects;          /* how often there was one; atomic */
    unsigned seen;              /* of these, at the last look */
    unsigned since;             /* looks since there was a new one */
    unsigned dead;              /* looks in a row that found the guest dead */
    bool said;                  /* since the last reset */
} DeadHalt;

typedef enum Verdict {
    ALIVE,
    UNSURE,                     /* something is on its way to it */
    DEAD,
} Verdict;

static void look_later(DeadHalt *watch)
{
    timer_mod(watch->timer, qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) +
                            LOOK_AFTER_MS);
}

void dead_halt_suspect(SevVm *vm)
{
    DeadHalt *watch = vm->dead_halt;

    if (watch) {
        qatomic_inc(&watch->suspects);
        look_later(watch);
    }
}

static APICCommonState *apic_of(X86CPU *cpu)
{
    return cpu->apic_state ? APIC_COMMON(cpu->apic_state) : NULL;
}

/*
 * An APIC knows nothing of AP creation, so that of an SEV-ES guest's CPU is
 * not asked.  TCG takes INIT of a halted CPU without SEV-ES only when that is
 * woken.
 */
static bool waits_for_sipi(X86CPU *cpu)
{
    APICCommonState *apic = apic_of(cpu);

    if (cpu_is_sev_es(&cpu->env)) {
        return sev_vcpu_vmpl(sev_vcpu_of(CPU(cpu)))->waits_for_sipi;
    }
    return (apic && apic->wait_for_sipi) ||
           (CPU(cpu)->interrupt_request & CPU_INTERRUPT_INIT &&
            !cpu_is_bsp(cpu));
}

/* Does this entry deliver what interrupts off do not keep out? */
static bool lvt_is_nmi(const APICCommonState *apic, unsigned entry)
{
    unsigned mode = (apic->lvt[entry] & APIC_LVT_DELIV_MOD) >>
                    APIC_LVT_DELIV_MOD_SHIFT;

    return !(apic->lvt[entry] & APIC_LVT_MASKED) &&
           (mode == APIC_DM_NMI || mode == APIC_DM_SMI ||
            mode == APIC_DM_INIT);
}

/*
 * The guest's own watchdogs of old: its timer, or the interrupt controller's
 * line.  LINT1, where others set up NMIs, is only what inject-nmi comes by.
 */
static bool nmi_may_come(X86CPU *cpu)
{
    APICCommonState *apic = apic_of(cpu);

    return apic && ((lvt_is_nmi(apic, APIC_LVT_TIMER) &&
                     timer_pending(apic->timer)) ||
                    lvt_is_nmi(apic, APIC_LVT_LINT0));
}

static bool takes_nmis(X86CPU *cpu)
{
    const SevVcpu *vcpu = sev_vcpu_of(CPU(cpu));

    return !waits_for_sipi(cpu) && !vcpu->destroyed &&
           !(vcpu->sev.snp && hv_events_restricted(vcpu, vcpu->sev.vmpl));
}

static Verdict look_at(CPUState *cs)
{
    X86CPU *cpu = X86_CPU(cs);

    if (!cs->halted) {
        /* INIT makes it wait, and then it does not tell that it does. */
        return cs->interrupt_request & CPU_INTERRUPT_INIT ? UNSURE : ALIVE;
    }
    if (cs->stop || !cpu_work_list_empty(cs) ||
        x86_cpu_pending_interrupt(cs, cs->interrupt_request)) {
        return UNSURE;
    }
    /* INIT has switched off the APIC of one that waits, whatever its IF says */
    if (!waits_for_sipi(cpu) &&
        x86_cpu_pending_interrupt(cs, CPU_INTERRUPT_HARD)) {
        return ALIVE;
    }
    return takes_nmis(cpu) && nmi_may_come(cpu) ? ALIVE : DEAD;
}

static bool has_ended(CPUState *cs)
{
    return sev_vcpu_of(cs)->ended;
}

/* The most hopeful of the vCPUs; of a guest that has ended QEMU has said so. */
static Verdict look_at_all(void)
{
    Verdict worst = DEAD;
    CPUState *cs;

    CPU_FOREACH(cs) {
        Verdict verdict = has_ended(cs) ? ALIVE : look_at(cs);

        worst = MIN(worst, verdict);
    }
    return worst;
}

static SevHaltedState state_of(X86CPU *cpu)
{
    SevVcpu *vcpu = sev_vcpu_of(CPU(cpu));

    if (vcpu->destroyed) {
        return SEV_HALTED_STATE_DESTROYED;
    }
    if (waits_for_sipi(cpu)) {
        return SEV_HALTED_STATE_WAIT_FOR_SIPI;
    }
    if (sev_vcpu_vmpl(vcpu)->ghcb.hold != GHCB_HOLD_NONE &&
        sev_vcpu_vmpl(vcpu)->hold_rip == cpu->env.eip) {
        return SEV_HALTED_STATE_RESET_HOLD;
    }
    return SEV_HALTED_STATE_HLT;
}

/* A #VC only where there was no other: the words have both. */
static void tell_exception(const LastExceptions *last, SevHaltedCpu *halted)
{
    const SevException *which = last->fault.valid ? &last->fault : &last->vc;

    halted->has_exception = halted->has_exception_rip = which->valid;
    halted->exception = which->vector;
    halted->exception_rip = which->rip;
}

static SevHaltedCpu *describe(X86CPU *cpu)
{
    const CPUX86State *env = &cpu->env;
    SevHaltedCpu *halted = g_new0(SevHaltedCpu, 1);

    halted->cpu_index = CPU(cpu)->cpu_index;
    halted->state = state_of(cpu);
    halted->rip = env->segs[R_CS].base + env->eip;
    tell_exception(&sev_vcpu_of(CPU(cpu))->last, halted);
    return halted;
}

static void say_one(GString *line, X86CPU *cpu, const SevHaltedCpu *halted)
{
    static const char *const states[] = {
        [SEV_HALTED_STATE_HLT] = "in HLT with interrupts off",
        [SEV_HALTED_STATE_RESET_HOLD] = "in AP reset hold",
        [SEV_HALTED_STATE_WAIT_FOR_SIPI] = "waits for its start by SIPI",
        [SEV_HALTED_STATE_DESTROYED] = "without a save area (destroyed, or not made yet)",
    };

    g_string_append_printf(line, "; vCPU %" PRId64 "%s %s", halted->cpu_index,
                           sev_vcpu_at(sev_vcpu_of(CPU(cpu))),
                           states[halted->state]);
    if (halted->state == SEV_HALTED_STATE_HLT ||
        halted->state == SEV_HALTED_STATE_RESET_HOLD) {
        g_string_append_printf(line, ", RIP 0x%" PRIx64, halted->rip);
        last_exception_say(&sev_vcpu_of(CPU(cpu))->last, line);
    }
}

static void say(void)
{
    g_autoptr(GString) line = g_string_new("the guest has halted for good");
    SevHaltedCpuList *list = NULL, **tail = &list;
    unsigned count = 0;
    CPUState *cs;

    CPU_FOREACH(cs) {
        SevHaltedCpu *halted = describe(X86_CPU(cs));

        if (count++ < CPUS_IN_LINE) {
            say_one(line, X86_CPU(cs), halted);
        }
        QAPI_LIST_APPEND(tail, halted);
    }
    if (count > CPUS_IN_LINE) {
        g_string_append_printf(line, "; and %u more", count - CPUS_IN_LINE);
    }
    warn_report("SEV: %s", line->str);
    qapi_event_send_sev_guest_halted(line->str, list);
    qapi_free_SevHaltedCpuList(list);
}

static void look(void *opaque)
{
    DeadHalt *watch = opaque;
    unsigned suspects = qatomic_read(&watch->suspects);
    Verdict verdict = look_at_all();

    if (suspects != watch->seen) {
        watch->seen = suspects;
        watch->since = watch->dead = 0;
    }
    watch->dead = verdict == DEAD ? watch->dead + 1 : 0;
    if (watch->dead == DEAD_LOOKS) {
        watch->dead = 0;
        if (!watch->said) {
            watch->said = true;
            say();
        }
        return;
    }
    if (verdict != ALIVE || ++watch->since < ALIVE_LOOKS) {
        look_later(watch);
    }
}

/* A reset wakes everything; QEMU forgets about it what it forgets here. */
static void reset(void *opaque)
{
    DeadHalt *watch = opaque;

    timer_del(watch->timer);
    watch->dead = 0;
    watch->said = false;
}

void dead_halt_init(SevVm *vm)
{
    DeadHalt *watch = g_new0(DeadHalt, 1);

    watch->timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, look, watch);
    qemu_register_reset(reset, watch);
    vm->dead_halt = watch;
}
