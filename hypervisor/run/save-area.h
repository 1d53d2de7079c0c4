/*
 * The save areas of an SEV-SNP guest: VMRUN reads them, #VMEXIT writes them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SAVE_AREA_H
#define HYPERVISOR_SAVE_AREA_H

#include "hypervisor/run/sev-vcpu.h"

/**
 * save_area_read: what VMRUN does with the save area of a VMPL
 * @vcpu: which will run it, on its own thread, and calls snp_flush() before
 * @n: the VMPL
 * @vmsa: its content, checked, if all is well
 *
 * Returns NULL, or why it cannot run.
 */
const char *save_area_read(SevVcpu *vcpu, unsigned n, SevVmsa *vmsa);

/**
 * save_area_write: what #VMEXIT does with the save area of the VMPL that runs
 * @exit_code: SVM_EXIT_*
 *
 * What is a save area no more is left alone, which VMRUN will find out.
 */
void save_area_write(SevVcpu *vcpu, uint64_t exit_code);

#endif
