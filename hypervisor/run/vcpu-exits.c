/*
 * Runs a SEV guest's vCPU: what leaves it comes here (SevExits)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu/vmsa.h"
#include "hw/i386/apic.h"
#include "hypervisor/run/dead-halt.h"
#include "hypervisor/run/hv-events.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vcpu-exits.h"
#include "hypervisor/run/vcpu-load.h"
#include "hypervisor/run/vmpl.h"
#include "hypervisor/run/vmpl-debug.h"
#include "hypervisor/run/vmpl-takings.h"

/* The GHCB's MSR is in the VMCB, where the hypervisor reads and writes it. */
static SevVmgexitNext exit_vmgexit(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;
    SevVmpl *vmpl = sev_vcpu_vmpl(vcpu);
    GhcbAction action;

    vmpl->ghcb.msr = sev->ghcb_msr;
    action = sev_vcpu_vmgexit(vcpu);
    sev->ghcb_msr = vmpl->ghcb.msr;
    switch (action) {
    case GHCB_RESUME:
        return SEV_VMGEXIT_GO_ON;
    case GHCB_LEAVE:
        return SEV_VMGEXIT_LEAVE;
    default:
        vmpl->hold_rip = sev->cpu->env.eip;
        return SEV_VMGEXIT_HALT;
    }
}

/*
 * The reset vector of the firmware, as KVM's code in QEMU sets it, is part of
 * what is launched.  From then on that is what the CPU starts with.
 */
static void exit_reset(SevCpu *sev)
{
    SevVcpu *vcpu = sev->owner;

    if (vcpu->starts) {
        return;
    }
    sev_es_set_reset_vector(CPU(sev->cpu));
    vmpl_reset(vcpu);
    vcpu_load(vcpu);
    sev_cpu_enter(sev);
    sev->ghcb_msr = vcpu->vmpls[0].ghcb.msr;
    vcpu->last = (LastExceptions) { };
    if (vcpu->vmpls[0].launched) {
        vmsa_load(&sev->cpu->env, &vcpu->vmpls[0].vmsa);
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
    SevVmpl *vmpl = sev_vcpu_vmpl(vcpu);
    X86CPU *cpu = sev->cpu;
    CPUState *cs = CPU(cpu);

    exit_init_suspect(sev);
    cpu_reset_interrupt(cs, CPU_INTERRUPT_INIT);
    /* Something else has woken it, and it went on. */
    if (cpu->env.eip != vmpl->hold_rip) {
        ghcb_resumed(&vmpl->ghcb);
    }
    if (vmpl_obey_init(vcpu)) {
        return true;
    }
    vmpl = sev_vcpu_vmpl(vcpu);
    /* No other #HV would come until the guest has seen this one. */
    cs->interrupt_request &= CPU_INTERRUPT_SIPI | CPU_INTERRUPT_HV;
    vmpl->waits_for_sipi = !cpu_is_bsp(cpu) && !vcpu->destroyed;
    cs->halted = vmpl->waits_for_sipi || vcpu->destroyed;
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
    SevVmpl *vmpl = sev_vcpu_vmpl(sev->owner);

    if (!vmpl->waits_for_sipi) {
        return true;
    }
    if (vmpl->got_sipi) {
        vmpl->ghcb.msr = sev->ghcb_msr;
        ghcb_sipi(&vmpl->ghcb);
        sev->ghcb_msr = vmpl->ghcb.msr;
    }
    vmpl->waits_for_sipi = false;
    vmpl->got_sipi = true;
    CPU(sev->cpu)->halted = 0;
    return true;
}

/* #HV waits only for the instruction behind one that keeps interrupts out. */
static int hv_interrupt(const SevVcpu *vcpu)
{
    return vcpu->sev.cpu->env.hflags & HF_INHIBIT_IRQ_MASK ? 0
                                                           : CPU_INTERRUPT_HV;
}

/*
 * SMM would take registers that are not the hypervisor's, and KVM drops SMIs of
 * such a guest.  Without a save area there is nothing to run with: KVM leaves
 * such a CPU in HLT, and KVM_RUN fails when something wakes it; only INIT is
 * looked at.  Nor does a guest go on that has ended itself.  NMIs and
 * interrupts leave a CPU alone that waits for a SIPI.  What comes by the APIC
 * is for the VMPL that owns it, and waits until that runs.
 */
static int exit_interrupts(const SevCpu *sev, int interrupt_request)
{
    SevVcpu *vcpu = sev->owner;
    bool owns_apic = vmpl_owns_apic(vcpu);
    int starts = owns_apic ? CPU_INTERRUPT_INIT | CPU_INTERRUPT_SIPI : 0;

    if (vcpu->ended) {
        return 0;
    }
    if (vcpu->destroyed) {
        return interrupt_request & (CPU_INTERRUPT_INIT | CPU_INTERRUPT_POLL);
    }
    if (sev_vcpu_vmpl(vcpu)->waits_for_sipi) {
        return interrupt_request & (CPU_INTERRUPT_POLL | starts);
    }
    if (hv_events_restricted(vcpu, sev->vmpl)) {
        if (interrupt_request & CPU_INTERRUPT_MCE) {
            hv_events_machine_check(vcpu);
        }
        return interrupt_request & (CPU_INTERRUPT_POLL | starts |
                                    hv_interrupt(vcpu));
    }
    return interrupt_request & (owns_apic
                                ? ~(CPU_INTERRUPT_SMI | CPU_INTERRUPT_HV)
                                : CPU_INTERRUPT_POLL);
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
    vmpl_halt(vcpu);
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
    .adjusted = vmpl_takings_note,
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
    vcpu->sev.exits = vm->ghcb.version ? &exits : &plain_exits;
    vcpu_load(vcpu);
    sev_cpu_enter(&vcpu->sev);
    if (vcpu->sev.snp) {
        vmpl_debug_init(vcpu);
    }
}
