/*
 * What the hypervisor has of an SEV-ES guest's vCPU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SEV_VCPU_H
#define HYPERVISOR_SEV_VCPU_H

#include "abi/vmsa.h"
#include "cpu.h"
#include "exec/memory.h"
#include "hypervisor/ghcb/ghcb.h"
#include "hypervisor/run/last-exception.h"
#include "memctl/cover.h"

/**
 * SevVcpu:
 *
 * @cpu: whose it is
 * @ghcb: its side of the protocol with the guest
 * @vmsa: the state that it is launched with
 * @launched: @vmsa has been measured, and is what a reset gives
 * @waits_for_sipi: INIT or reset was the last that came, so that only a SIPI
 *             makes it go on (KVM_MP_STATE_INIT_RECEIVED); under the BQL
 * @got_sipi: it has been started by a SIPI
 * @ended: the guest has ended here, and executes nothing any more
 * @destroyed: SEV-SNP: the guest has taken its save area away
 * @hold_rip: where it waits, if it has asked for AP reset hold
 * @access_va, @access_ra: SEV-SNP: the access to memory that is looked at, and
 *             where translated code makes it, or 0
 * @cover: SEV-SNP: which pages may be in a TLB, all vCPUs'
 * @stale_pages: 4K pages that its changes of the RMP took from somebody,
 *               since the TLBs were flushed
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
    X86CPU *cpu;
    GhcbVcpu ghcb;
    SevVmsa vmsa;
    bool launched;
    bool waits_for_sipi;
    bool got_sipi;
    bool ended;
    bool destroyed;
    target_ulong hold_rip;
    vaddr access_va;
    uintptr_t access_ra;
    LastExceptions last;
    unsigned diagnoses;
    Cover *cover;
    uint64_t stale_pages;
    uint64_t on_init_gpa;
    uint64_t create_gpa;
    bool destroy;
    MemoryRegionCache page;
    hwaddr page_gpa;
    hwaddr written_begin, written_end;
} SevVcpu;

/** sev_vcpu_new: for a CPU that is being realized */
SevVcpu *sev_vcpu_new(X86CPU *cpu, GhcbGuest *guest);

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

/** sev_vcpu_diagnose_access: the same, about the access of @access_ra */
void sev_vcpu_diagnose_access(SevVcpu *vcpu, const char *line);

/** sev_vcpu_end: end the guest; @message is one sentence, no full stop */
void sev_vcpu_end(SevVcpu *vcpu, const char *message);

#endif
