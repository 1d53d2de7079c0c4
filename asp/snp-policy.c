/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the guest policy of SEV-SNP: a pure function. What the bits that are
 * not looked at here would forbid is not there: other sockets, CXL memory,
 * migration, debugging and moving of pages.
 */

#include "asp/snp-policy.h"

#include "abi/sev.h"
#include "asp/asp.h"

/* Features of memory that this platform lacks */
#define LACKING (SNP_GPOLICY_MEM_AES_256_XTS | SNP_GPOLICY_CIPHERTEXT_HIDING)

static bool api_suffices(uint64_t policy)
{
    uint8_t major = (uint8_t)(policy >> SNP_GPOLICY_API_MAJOR_SHIFT);
    uint8_t minor = (uint8_t)(policy >> SNP_GPOLICY_API_MINOR_SHIFT);

    return ASP_API_MAJOR > major ||
           (ASP_API_MAJOR == major && ASP_API_MINOR >= minor);
}

static bool is_valid(uint64_t policy)
{
    return !(policy & SNP_GPOLICY_RESERVED) && policy & SNP_GPOLICY_ONE &&
           api_suffices(policy);
}

uint32_t asp_snp_policy_check(const AspSnp *platform, uint64_t policy)
{
    if (!is_valid(policy) || policy & LACKING ||
        (platform->smt && !(policy & SNP_GPOLICY_SMT)) ||
        (policy & SNP_GPOLICY_RAPL_DIS && !platform->rapl_disabled)) {
        return SEV_FW_POLICY_FAILURE;
    }
    return SEV_FW_SUCCESS;
}
