/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the guest policy: pure functions.
 */

#include "asp/policy.h"

#include "abi/sev.h"
#include "asp/asp.h"

static bool api_suffices(uint32_t policy)
{
    uint8_t major = (uint8_t)(policy >> SEV_GPOLICY_API_MAJOR_SHIFT);
    uint8_t minor = (uint8_t)(policy >> SEV_GPOLICY_API_MINOR_SHIFT);

    return ASP_API_MAJOR > major ||
           (ASP_API_MAJOR == major && ASP_API_MINOR >= minor);
}

uint32_t asp_policy_check_launch(uint32_t policy, bool es)
{
    if (policy & SEV_GPOLICY_RESERVED || !api_suffices(policy)) {
        return SEV_FW_POLICY_FAILURE;
    }
    if (policy & SEV_GPOLICY_ES && !es) {
        return SEV_FW_UNSUPPORTED;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_policy_check_sharing(uint32_t owner_policy, uint32_t policy)
{
    /* Of equal policies neither has NOKS if one hasn't */
    if (policy != owner_policy || policy & SEV_GPOLICY_NOKS) {
        return SEV_FW_POLICY_FAILURE;
    }
    return SEV_FW_SUCCESS;
}
