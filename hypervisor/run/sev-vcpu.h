/*
 * Declares what the hypervisor has of a SEV guest's vCPU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SEV_VCPU_H
#define HYPERVISOR_SEV_VCPU_H

#include "abi/vmsa.h"
#include "cpu/sev-cpu.h"
#include "exec/memory.h"
#include "hypervisor/ghcb/ghcb.h"
#include "hypervisor/run/hv-apic.h"
#include "hypervisor/run/last-exception.h"
#include "hypervisor/run/sev-vm.h"

/* No save area, or doorbell page: an address that no page has */
#define SNP_NO_VMSA UINT64_MAX

/**
 * SevVmpl: what the hypervisor has of one VMPL of a vCPU
 *
 * What a VMCB has, and the address of its save area, in whose page the state is
 * while the VMPL does not run.
 *
 * @vmsa: the state that it is launched with
 * @launched: @vmsa has been measured, and is what a reset gives
 * @page: SEV-SNP: the content of its save area; NULL if it has none
 * @spa, @gpa: where that is
 * @fresh: it has not been entered yet
 * @runnable: it has something to do, as far as is known
 * @ghcb: its side of the protocol with the guest.  While it runs, the MSR is in
 *        SevCpu.
 * @waits_for_sipi: INIT or reset was the last that came, so that only a SIPI
 *             makes it go on (KVM_MP_STATE_INIT_RECEIVED); under the BQL
 * @got_sipi: it has been started by a SIPI
 * @hold_rip: where it waits, if it has asked for AP reset hold
 * @halted, @shadow, @in_nmi, @tpr: while it does not run: in HLT, behind an
 *             instruction that keeps interrupts out, with NMIs masked; CR8
 * @apic: with restricted injection, its own; under the BQL
 * @doorbell: of #HV, or SNP_NO_VMSA
 * @nmi: one is to be told of there; under the BQL
 * @hv_due: #HV has been raised, and it was left before it took that
 * @in_svsm_call, @svsm_call: it has called a lower VMPL; RAX of that, for traces
 * @on_init_gpa, @create_gpa, @destroy: SEV-SNP: what the guest has asked for,
 *             and the vCPU has not done yet: a save area for the next INIT or
 *             RUN_VMPL, one to start with, or SNP_NO_VMSA; to give its own up;
 *             under the BQL
 */
typedef struct SevVmpl {
    SevVmsa vmsa;
    bool launched;
    SevVmsa *page;
    uint64_t spa, gpa;
    bool fresh;
    bool runnable;
    GhcbVcpu ghcb;
    bool waits_for_sipi;
    bool got_sipi;
    target_ulong hold_rip;
    bool halted, shadow, in_nmi;
    uint8_t tpr;
    HvApic apic;
    uint64_t doorbell;
    bool nmi, hv_due;
    bool in_svsm_call;
    uint64_t svsm_call;
    uint64_t on_init_gpa;
    uint64_t create_gpa;
    bool destroy;
} SevVmpl;

/**
 * SevVcpu: whose owner is hypervisor/run
 *
 * @sev: what the CPU has loaded
 * @vm: the guest's
 * @vmpls: @sev.vmpl is the one that runs
 * @left_by: why the VMPL that runs will be left, if it is: SVM_EXIT_*
 * @change_due: vmpl_change_later() has been called; under the BQL
 * @hv_poll: looks again where events wait, or the guest is at work on one; NULL
 *           if it never had to
 * @hv_since, @hv_told: since when, in ms, or -1; a line has said so
 * @starts: a reset of the CPU is none of the guest's
 * @ended: the guest has ended here, and executes nothing any more
 * @destroyed: SEV-SNP: what ran has no save area: the guest has taken it away,
 *             or was launched without
 * @last: its last exceptions
 * @diagnoses: lines that were printed about what the guest does wrong
 * @page: during a VMGEXIT, the GHCB's page at @page_gpa; without a pointer
 *   when that is not RAM
 *
 * Belongs to the vCPU's thread, but before the guest runs to the main thread;
 * what is under the BQL, others change too.
 */
typedef struct SevVcpu {
    SevCpu sev;
    SevVm *vm;
    SevVmpl vmpls[RMP_VMPLS];
    uint64_t left_by;
    bool change_due;
    QEMUTimer *hv_poll;
    int64_t hv_since;
    bool hv_told;
    bool starts;
    bool ended;
    bool destroyed;
    LastExceptions last;
    unsigned diagnoses;
    MemoryRegionCache page;
    hwaddr page_gpa;
} SevVcpu;

/** sev_vcpu_new: for a CPU that is being realized */
SevVcpu *sev_vcpu_new(X86CPU *cpu, SevVm *vm);

/** sev_vcpu_of: what the hypervisor has of a CPU; NULL without SEV */
static inline SevVcpu *sev_vcpu_of(CPUState *cs)
{
    SevCpu *sev = cpu_env(cs)->sev;

    return sev ? sev->owner : NULL;
}

/** sev_vcpu_vmpl: the VMPL that runs */
static inline SevVmpl *sev_vcpu_vmpl(SevVcpu *vcpu)
{
    return &vcpu->vmpls[vcpu->sev.vmpl];
}

/**
 * sev_vcpu_vmgexit: the vCPU has executed VMGEXIT
 *
 * On its own thread, without the BQL.
 */
GhcbAction sev_vcpu_vmgexit(SevVcpu *vcpu);

/** sev_vcpu_at: " at VMPL n", for lines about it; "" at VMPL 0 */
const char *sev_vcpu_at(const SevVcpu *vcpu);

/** sev_vcpu_rip: the linear RIP that belongs to @ra, or the CPU's if that is 0 */
uint64_t sev_vcpu_rip(const SevVcpu *vcpu, uintptr_t ra);

/**
 * sev_vcpu_diagnose: tell the user what the guest did wrong
 * @line: without a line end
 *
 * A few lines of a vCPU are warnings; more of them are only logged
 * (-d guest_errors), so that a guest cannot flood a terminal.
 */
void sev_vcpu_diagnose(SevVcpu *vcpu, const char *line);

/** sev_vcpu_diagnose_access: the same, about the access of SevCpu.access_ra */
void sev_vcpu_diagnose_access(SevVcpu *vcpu, const char *line);

#endif
