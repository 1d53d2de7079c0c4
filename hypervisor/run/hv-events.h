/*
 * Restricted injection: events that a VMPL is told of by its #HV doorbell page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_HV_EVENTS_H
#define HYPERVISOR_HV_EVENTS_H

#include "hypervisor/run/sev-vcpu.h"

/* GhcbOps; @opaque is the SevVcpu that asks */
bool hv_events_doorbell(void *opaque, unsigned request, uint64_t gpa,
                        uint64_t *answer);
bool hv_events_ipi(void *opaque, uint64_t icr);

/** hv_events_has_apic: is this MSR one of the running VMPL's own APIC? */
bool hv_events_has_apic(const SevVcpu *vcpu, uint32_t index);

/* RDMSR and WRMSR of it; false is #GP(0) */
bool hv_events_rdmsr(SevVcpu *vcpu, uint32_t index, uint64_t *value);
bool hv_events_wrmsr(SevVcpu *vcpu, uint32_t index, uint64_t value);

/** hv_events_restricted: does this VMPL take no other event than #HV? */
bool hv_events_restricted(const SevVcpu *vcpu, unsigned vmpl);

/**
 * hv_events_pending: is there an event that this VMPL would be told of, if its
 * page has place for it?
 *
 * On the vCPU's thread, with the BQL, as those that follow.
 */
bool hv_events_pending(const SevVcpu *vcpu, unsigned n);

/** hv_events_deliver: tell the VMPL that runs of what there is, if it can be */
void hv_events_deliver(SevVcpu *vcpu);

/** hv_events_machine_check: one waits for the vCPU, whichever VMPL runs */
void hv_events_machine_check(SevVcpu *vcpu);

/* The VMPL that runs is left, or has been entered: #HV that is under way */
void hv_events_leave(SevVcpu *vcpu);
void hv_events_enter(SevVcpu *vcpu);

/** hv_events_reset: none, and no page to tell of them */
void hv_events_reset(SevVcpu *vcpu, SevVmpl *vmpl);

#endif
