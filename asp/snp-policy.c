/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the guest policy of SEV-SNP: a pure function. What the bits that are
 * not looked at here would forbid is not there: other sockets, CXL memory,
 * migration, debugging and moving of pages.
 */

#include "asp/snp-policy.h"

#include "abi/sev.h"
#include "asp/snp-feature-info.h"

/* Features of memory that this platform lacks */
#define LACKING (SNP_GPOLICY_MEM_AES_256_XTS | SNP_GPOLICY_CIPHERTEXT_HIDING)

static bool is_valid(uint64_t policy, const AspVersion *version)
{
    return !(policy & SNP_GPOLICY_RESERVED) && policy & SNP_GPOLICY_ONE &&
           asp_version_has_api(version,
                               policy >> SNP_GPOLICY_API_MAJOR_SHIFT & 0xff,
                               policy >> SNP_GPOLICY_API_MINOR_SHIFT & 0xff);
}

/* Bits that came with a feature are reserved without it. */
static bool is_known(uint64_t policy, const AspVersion *version)
{
    return !(policy & SNP_GPOLICY_CXL_ALLOW) ||
           asp_snp_features(version) & SNP_FEATURE_ECX_CXL_ALLOW;
}

uint32_t asp_snp_policy_check(const AspSnp *platform, uint64_t policy)
{
    if (!is_valid(policy, &platform->current) || policy & LACKING ||
        !is_known(policy, &platform->current) ||
        (platform->smt && !(policy & SNP_GPOLICY_SMT)) ||
        (policy & SNP_GPOLICY_RAPL_DIS && !platform->rapl_disabled)) {
        return SEV_FW_POLICY_FAILURE;
    }
    return SEV_FW_SUCCESS;
}
