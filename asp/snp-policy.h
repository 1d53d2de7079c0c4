/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the guest policy of SEV-SNP (56860 section 4.3), as far as it decides
 * whether a guest may be launched on a platform.
 */

#ifndef ASP_SNP_POLICY_H
#define ASP_SNP_POLICY_H

#include "asp/snp-state.h"

/*
 * SEV_FW_SUCCESS; SEV_FW_POLICY_FAILURE for reserved bits, bit 17 clear, a
 * newer ABI than ours, or a platform that is not as the policy demands.
 */
uint32_t asp_snp_policy_check(const AspSnp *platform, uint64_t policy);

#endif
