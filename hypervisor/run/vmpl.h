/*
 * Declares the VMPLs of a vCPU: which of them runs, and how they change
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_VMPL_H
#define HYPERVISOR_VMPL_H

#include "hypervisor/run/sev-vcpu.h"

/**
 * vmpl_request: a guest asks to run another VMPL (56421, Run VMPL)
 * @opaque: the SevVcpu, on its own thread
 *
 * GhcbOps.run_vmpl.  Returns false, with a diagnosis, if it has no such VMPL.
 * Else that runs next, once the request is over.
 */
bool vmpl_request(void *opaque, uint64_t vmpl);

/**
 * vmpl_change_later: the vCPU is to look at what is asked of its VMPLs
 *
 * It does so on its own thread, between two instructions.  With the BQL.
 */
void vmpl_change_later(SevVcpu *vcpu);

/** vmpl_halt: the VMPL that runs is about to halt; on its own thread */
void vmpl_halt(SevVcpu *vcpu);

/**
 * vmpl_obey_init: INIT of a vCPU that the guest has made a save area for
 *
 * On its own thread, with the BQL.  Returns false if it has made none.
 */
bool vmpl_obey_init(SevVcpu *vcpu);

/** vmpl_launch: give VMPL 0 the save area that it is launched with */
void vmpl_launch(SevVcpu *vcpu, SevVmsa *page, uint64_t spa);

/** vmpl_reset: a reset of the CPU: VMPL 0 is all there is, as launched */
void vmpl_reset(SevVcpu *vcpu);

/** vmpl_owns_apic: do devices and the APIC interrupt the VMPL that runs? */
bool vmpl_owns_apic(const SevVcpu *vcpu);

#endif
