/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges the guest policy: pure functions.
 */

#include "asp/policy.h"

#include "abi/sev.h"

static bool api_suffices(uint32_t policy, const AspVersion *version)
{
    return asp_version_has_api(version,
                               policy >> SEV_GPOLICY_API_MAJOR_SHIFT & 0xff,
                               policy >> SEV_GPOLICY_API_MINOR_SHIFT & 0xff);
}

uint32_t asp_policy_check_launch(uint32_t policy, const AspVersion *version,
                                 bool es)
{
    if (policy & SEV_GPOLICY_RESERVED || !api_suffices(policy, version)) {
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
