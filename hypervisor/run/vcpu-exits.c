/*
 * Runs a SEV guest's vCPU: what leaves it comes here (SevExits)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu/vmsa.h"
#include "hw/i386/apic.h"
#include "hypervisor/run/dead-halt.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/snp-vcpu.h"
#include "hypervisor/run/vcpu-exits.h"
#include "hypervisor/run/vcpu-load.h"

/* The GHCB's MSR is in the VMCB, where the hypervisor reads and writes it. */
static bool exit_vmgexit(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;
    GhcbAction action;

    vcpu->ghcb.msr = sev->ghcb_msr;
    action = sev_vcpu_vmgexit(vcpu);
    sev->ghcb_msr = vcpu->ghcb.msr;
    if (action == GHCB_RESUME) {
        return true;
    }
    vcpu->hold_rip = sev->cpu->env.eip;
    return false;
}

/*
 * The reset vector of the firmware, as KVM's code in QEMU sets it, is part of
 * what is launched.  From then on that is what the CPU starts with.
 */
static void exit_reset(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;
    SevSaveArea *area = sev_vcpu_area(vcpu);

    sev_es_set_reset_vector(CPU(sev->cpu));
    vcpu_load(vcpu);
    sev_cpu_enter(sev);
    ghcb_reset(&vcpu->ghcb);
    sev->ghcb_msr = vcpu->ghcb.msr;
    vcpu->waits_for_sipi = !cpu_is_bsp(sev->cpu);
    vcpu->last = (LastExceptions) { };
    vcpu->got_sipi = false;
    vcpu->destroyed = false;
    if (area->launched) {
        vmsa_load(&sev->cpu->env, &area->vmsa);
    }
}

/* An AP will wait after INIT, and may be the last that ran. */
static bool exit_init_suspect(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;

    if (!cpu_is_bsp(sev->cpu)) {
        dead_halt_suspect(vcpu->vm);
    }
    return false;
}

/*
 * As KVM does it: a CPU that is not the boot CPU waits for a SIPI, and its
 * state stays what it is.  One that was not held by the guest before it will
 * just go on.
 */
static bool exit_init(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;
    X86CPU *cpu = sev->cpu;
    CPUState *cs = CPU(cpu);

    exit_init_suspect(sev);
    cpu_reset_interrupt(cs, CPU_INTERRUPT_INIT);
    /* Something else has woken it, and it went on. */
    if (cpu->env.eip != vcpu->hold_rip) {
        ghcb_resumed(&vcpu->ghcb);
    }
    if (snp_vcpu_init(vcpu)) {
        return true;
    }
    cs->interrupt_request &= CPU_INTERRUPT_SIPI;
    vcpu->waits_for_sipi = !cpu_is_bsp(cpu) && !vcpu->destroyed;
    cs->halted = vcpu->waits_for_sipi || vcpu->destroyed;
    apic_init_reset(cpu->apic_state);
    return true;
}

/*
 * The first starts the CPU in the state that it was launched with, the others
 * have it go on.  The APIC also passes one on to a CPU that AP creation has
 * started since INIT; that does not wait for it.
 */
static bool exit_sipi(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;

    if (!vcpu->waits_for_sipi) {
        return true;
    }
    if (vcpu->got_sipi) {
        vcpu->ghcb.msr = sev->ghcb_msr;
        ghcb_sipi(&vcpu->ghcb);
        sev->ghcb_msr = vcpu->ghcb.msr;
    }
    vcpu->waits_for_sipi = false;
    vcpu->got_sipi = true;
    CPU(sev->cpu)->halted = 0;
    return true;
}

/*
 * SMM would take registers that are not the hypervisor's, and KVM drops SMIs of
 * such a guest.  Without a save area there is nothing to run with: KVM leaves
 * such a CPU in HLT, and KVM_RUN fails when something wakes it; only INIT is
 * looked at.  Nor does a guest go on that has ended itself.  NMIs and
 * interrupts leave a CPU alone that waits for a SIPI.
 */
static int exit_interrupts(const SevCpu *sev, int interrupt_request)
{
    const SevVcpu *vcpu = sev->owner;

    if (vcpu->ended) {
        return 0;
    }
    if (vcpu->destroyed) {
        return interrupt_request & (CPU_INTERRUPT_INIT | CPU_INTERRUPT_POLL);
    }
    if (vcpu->waits_for_sipi) {
        return interrupt_request & (CPU_INTERRUPT_INIT | CPU_INTERRUPT_SIPI |
                                    CPU_INTERRUPT_POLL);
    }
    return interrupt_request & ~CPU_INTERRUPT_SMI;
}

static void exit_exception(SevCpu *sev, int vector)
{
    SevVcpu *vcpu = sev->owner;

    last_exception_note(&vcpu->last, &sev->cpu->env, vector);
}

/* With interrupts on one will come, as from the timer of whoever is idle. */
static void exit_halt(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;

    if (!(sev->cpu->env.eflags & IF_MASK)) {
        dead_halt_suspect(vcpu->vm);
    }
}

/* Of a guest that hides its registers from nobody QEMU does the rest. */
static const SevExits plain_exits = {
    .size = sizeof(SevExits),
    .init = exit_init_suspect,
    .halt = exit_halt,
};

static const SevExits exits = {
    .size = sizeof(SevExits),
    .vmgexit = exit_vmgexit,
    .nested_fault = snp_exit_nested_fault,
    .not_validated = snp_exit_not_validated,
    .init = exit_init,
    .sipi = exit_sipi,
    .reset = exit_reset,
    .interrupts = exit_interrupts,
    .exception = exit_exception,
    .halt = exit_halt,
};

MemoryRegion *vcpu_memory(X86CPU *cpu)
{
    MemoryRegion *shared = CPU(cpu)->memory;

    return snp_rmp() ? snp_memory(shared) : shared;
}

void vcpu_realize(X86CPU *cpu)
{
    SevVm *vm = sev_vm();
    SevVcpu *vcpu;

    if (!vm) {
        return;
    }
    vcpu = sev_vcpu_new(cpu, vm);
    vcpu->sev.exits = vcpu->ghcb.guest ? &exits : &plain_exits;
    vcpu_load(vcpu);
    sev_cpu_enter(&vcpu->sev);
}
