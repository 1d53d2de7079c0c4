/*
 * Declares what the hypervisor has the CPU load for a vCPU, as KVM's VMCB
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_VCPU_LOAD_H
#define HYPERVISOR_VCPU_LOAD_H

#include "hypervisor/run/sev-vcpu.h"

/**
 * vcpu_load: what the guest's vCPUs have in common, and what KVM intercepts
 *
 * Before the first entry, and at each reset: a launch may have changed it.
 */
void vcpu_load(SevVcpu *vcpu);

/**
 * vcpu_msr_is_passed_through: does an SEV-ES guest have this MSR for itself?
 * @index: ECX of RDMSR or WRMSR
 *
 * Such an MSR is part of the encrypted state: RDMSR and WRMSR are no #VC, and
 * the hypervisor can neither read nor write it.
 */
bool vcpu_msr_is_passed_through(uint32_t index);

#endif
