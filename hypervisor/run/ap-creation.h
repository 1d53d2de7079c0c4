/*
 * AP creation: save areas that an SEV-SNP guest makes for its vCPUs' VMPLs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_AP_CREATION_H
#define HYPERVISOR_AP_CREATION_H

#include <stdbool.h>
#include <stdint.h>

/** ap_creation_request: GhcbOps.ap_creation; @opaque is the SevVcpu that asks */
bool ap_creation_request(void *opaque, uint32_t apic_id, unsigned vmpl,
                         unsigned request, uint64_t vmsa_gpa,
                         uint64_t sev_features);

#endif
