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
#include "hypervisor/run/last-exception.h"
#include "hypervisor/run/sev-vm.h"

/**
 * SevSaveArea: one of a vCPU's save areas, of one VMPL
 *
 * @vmsa: the state that it is launched with
 * @launched: @vmsa has been measured, and is what a reset gives
 */
typedef struct SevSaveArea {
    SevVmsa vmsa;
    bool launched;
} SevSaveArea;

/**
 * SevVcpu: whose owner is hypervisor/run
 *
 * @sev: what the CPU has loaded
 * @vm: the guest's
 * @ghcb: its side of the protocol with the guest; between two exits the MSR
 *        is in @sev
 * @areas: by VMPL; that of VMPL 0 is the only one that runs yet
 * @waits_for_sipi: INIT or reset was the last that came, so that only a SIPI
 *             makes it go on (KVM_MP_STATE_INIT_RECEIVED); under the BQL
 * @got_sipi: it has been started by a SIPI
 * @ended: the guest has ended here, and executes nothing any more
 * @destroyed: SEV-SNP: it has no save area: the guest has taken it away, or
 *             was launched without
 * @hold_rip: where it waits, if it has asked for AP reset hold
 * @on_init_gpa: SEV-SNP: the save area that the guest has made for the next
 *               INIT, or SNP_NO_VMSA; under the BQL
 * @create_gpa, @destroy: SEV-SNP: what the guest has asked for, and this vCPU
 *               has not done yet: to start with that save area, or SNP_NO_VMSA,
 *               to give its own up; under the BQL
 * @last: its last exceptions
 * @diagnoses: lines that were printed about what the guest does wrong
 * @page: during a VMGEXIT, the GHCB's page at @page_gpa; without a pointer
 *   when that is not RAM
 * @written_begin, @written_end: what of it was written to
 *
 * Belongs to the vCPU's thread, but before the guest runs to the main thread;
 * what is under the BQL, others change too.
 */
typedef struct SevVcpu {
    SevCpu sev;
    SevVm *vm;
    GhcbVcpu ghcb;
    SevSaveArea areas[RMP_VMPLS];
    bool waits_for_sipi;
    bool got_sipi;
    bool ended;
    bool destroyed;
    target_ulong hold_rip;
    LastExceptions last;
    unsigned diagnoses;
    uint64_t on_init_gpa;
    uint64_t create_gpa;
    bool destroy;
    MemoryRegionCache page;
    hwaddr page_gpa;
    hwaddr written_begin, written_end;
} SevVcpu;

/** sev_vcpu_new: for a CPU that is being realized */
SevVcpu *sev_vcpu_new(X86CPU *cpu, SevVm *vm);

/** sev_vcpu_of: what the hypervisor has of a CPU; NULL without SEV */
static inline SevVcpu *sev_vcpu_of(CPUState *cs)
{
    SevCpu *sev = cpu_env(cs)->sev;

    return sev ? sev->owner : NULL;
}

/** sev_vcpu_area: the save area that runs */
static inline SevSaveArea *sev_vcpu_area(SevVcpu *vcpu)
{
    return &vcpu->areas[vcpu->sev.vmpl];
}

/**
 * sev_vcpu_vmgexit: the vCPU has executed VMGEXIT
 *
 * On its own thread, without the BQL.
 */
GhcbAction sev_vcpu_vmgexit(SevVcpu *vcpu);

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
