/*
 * Calls of a guest to its SVSM, for traces
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SVSM_TRACE_H
#define HYPERVISOR_SVSM_TRACE_H

#include "hypervisor/run/sev-vcpu.h"

/** svsm_trace_call: the VMPL that runs has asked to run a lower one */
void svsm_trace_call(SevVcpu *vcpu);

/** svsm_trace_result: VMPL @n goes on with the registers in @vmsa */
void svsm_trace_result(SevVcpu *vcpu, unsigned n, const SevVmsa *vmsa);

#endif
