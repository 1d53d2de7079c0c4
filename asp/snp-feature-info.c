/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles SNP_FEATURE_INFO (56860 chapter 8).
 */

#include "asp/snp-feature-info.h"

#include "asp/firmware.h"
#include "asp/snp-commands.h"
#include "asp/snp-rmp.h"

/* CXL memory, which a policy may allow, is not there. */
#define FEATURES (SNP_FEATURE_ECX_RAPL_DIS | SNP_FEATURE_ECX_CXL_ALLOW)

uint32_t asp_snp_features(const AspVersion *version)
{
    return asp_version_has_api(version, ASP_SNP_FEATURES_MAJOR,
                               ASP_SNP_FEATURES_MINOR) ? FEATURES : 0;
}

/* There is one subfunction. */
uint32_t asp_snp_cmd_feature_info(Asp *asp, AspSnpGuest *guest,
                                  const void *buf)
{
    const SnpCmdFeatureInfo *cmd = buf;
    uint64_t paddr = le64_get(cmd->paddr);
    SnpFeatureInfo result = {
        .ebx = le32_of(SNP_FEATURE_EBX_SEV),
        .ecx = le32_of(asp_snp_features(&asp->snp.current)),
    };
    uint32_t status;

    if (le32_get(cmd->len) != sizeof(*cmd)) {
        return SEV_FW_INVALID_LEN;
    }
    if (le32_get(cmd->ecx_in)) {
        return SEV_FW_INVALID_PARAM;
    }
    status = asp_page_check_answer(asp, paddr, sizeof(result));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_write(asp, paddr, &result, sizeof(result));
}
