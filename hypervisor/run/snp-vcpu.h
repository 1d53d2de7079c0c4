/*
 * vCPUs of an SEV-SNP guest: what GHCB requests change, and save areas that
 * the guest makes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_VCPU_H
#define HYPERVISOR_SNP_VCPU_H

#include "hypervisor/run/sev-vcpu.h"

/* No save area waits for INIT: an address that no page has */
#define SNP_NO_VMSA UINT64_MAX

/* GhcbOps; @opaque is the SevVcpu that asks */
bool snp_vcpu_page_state(void *opaque, uint64_t gpa, bool is_2m, bool private);
bool snp_vcpu_ap_creation(void *opaque, uint32_t apic_id, unsigned request,
                          uint64_t vmsa_gpa, uint64_t sev_features);
unsigned snp_vcpu_apic_ids(void *opaque, uint32_t *ids, unsigned max);
void snp_vcpu_settle(void *opaque);

/**
 * snp_vcpu_init: INIT for a CPU that the guest has made a save area for
 *
 * Returns false if it has made none.
 */
bool snp_vcpu_init(SevVcpu *vcpu);

#endif
