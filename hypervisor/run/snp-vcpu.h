/*
 * vCPUs of an SEV-SNP guest: what GHCB requests change, and save areas that
 * the guest makes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_VCPU_H
#define HYPERVISOR_SNP_VCPU_H

#include "hypervisor/run/sev-vcpu.h"

/* GhcbOps; @opaque is the SevVcpu that asks */
bool snp_vcpu_page_state(void *opaque, uint64_t gpa, bool is_2m, bool private);
unsigned snp_vcpu_apic_ids(void *opaque, uint32_t *ids, unsigned max);
void snp_vcpu_settle(void *opaque);

#endif
