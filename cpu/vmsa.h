/*
 * Declares a CPU's state in its VM save area (APM volume 2, table B-4)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_VMSA_H
#define CPU_VMSA_H

#include "abi/vmsa.h"
#include "cpu.h"

/**
 * vmsa_load: what VMRUN does with a save area
 * @env: a CPU out of reset, or between two instructions of another save area
 * @vmsa: state that a hypervisor of this QEMU has made, or that has been
 *        checked
 *
 * The VMPL is that of sev_cpu_enter().  TLB entries that were made at this VMPL
 * stay if its registers are as they were left.
 */
void vmsa_load(CPUX86State *env, const SevVmsa *vmsa);

/**
 * vmsa_save: what #VMEXIT does with a save area
 * @env: a CPU between two instructions
 * @exit_code: SVM_EXIT_*, of an exit without further information, behind the
 *             last instruction
 * @vmsa: what is not state of the CPU's stays as it is there, and so does
 *        EFER.SVME
 */
void vmsa_save(CPUX86State *env, uint64_t exit_code, SevVmsa *vmsa);

/**
 * vmsa_check: VMRUN's checks of a save area that the guest has made
 * @env: the CPU that it is for
 * @vmpl, @features: VMPL and VMSA_SEV_FEATURE_* that it has to have
 *
 * APM volume 2, section 15.5.1 (Canonicalization and Consistency Checks), as
 * far as this CPU could not go on without.  Returns NULL, or what is wrong.
 */
const char *vmsa_check(const CPUX86State *env, unsigned vmpl,
                       uint64_t features, const SevVmsa *vmsa);

/**
 * vmsa_make: the save area that KVM makes of a CPU that has not run yet
 * @env: the CPU out of reset, with what the board has changed
 * @features: VMSA_SEV_FEATURE_*
 * @fpu: also the state of the FPU, as KVM does since its VM types for SEV
 * @vmsa: is set
 */
void vmsa_make(const CPUX86State *env, bool fpu, uint64_t features,
               SevVmsa *vmsa);

#endif
