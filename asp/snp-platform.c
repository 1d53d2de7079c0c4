/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles platform commands of SEV-SNP (56860 chapter 8): SNP_INIT,
 * SNP_INIT_EX, SNP_SHUTDOWN, SNP_SHUTDOWN_EX, SNP_PLATFORM_STATUS,
 * SNP_DF_FLUSH.
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/firmware.h"
#include "asp/snp-commands.h"
#include "asp/snp-context.h"
#include "asp/snp-feature-info.h"
#include "asp/snp-rmp.h"
#include "asp/vlek.h"

/* SNP has to come first: SEV's INIT would have used the old RMP */
static uint32_t initialize(Asp *asp, bool make_rmp, bool rapl_disabled)
{
    uint32_t status;

    if (asp->state != SEV_PSTATE_UNINIT) {
        return SEV_FW_INVALID_PLATFORM_STATE;
    }
    if (!make_rmp && !asp->snp.rmp_initialized) {
        return SEV_FW_RMP_INIT_REQUIRED;
    }
    status = asp_firmware_boot(asp);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    asp->snp.rmp_initialized = true;
    asp->snp.rapl_disabled = rapl_disabled;
    asp->snp.state = SNP_PSTATE_INIT;
    return SEV_FW_SUCCESS;
}

/*
 * 56860 SNP_INIT. Emptying the RMP is left to its user, who made it so:
 * firmware here can't know which memory there is.
 */
uint32_t asp_snp_cmd_init(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    return initialize(asp, true, false);
}

/* Before there was SNP_FEATURE_INFO there was nothing to be switched on. */
static uint32_t reserved_flags(Asp *asp)
{
    const uint32_t early = SNP_INIT_EX_RMP | SNP_INIT_EX_LIST_PADDR;

    asp_firmware_boot(asp);
    return asp_snp_features(&asp->snp.current) ? SNP_INIT_EX_RESERVED : ~early;
}

/*
 * 56860 SNP_INIT_EX. There is no power telemetry that could be on. A list
 * of pages that never leave the hypervisor is not kept.
 */
uint32_t asp_snp_cmd_init_ex(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    const SnpCmdInitEx *cmd = buf;
    uint32_t flags = le32_get(cmd->flags);
    static const uint8_t zeros[sizeof(cmd->reserved2)];

    if (flags & reserved_flags(asp) || le32_get(cmd->reserved) ||
        memcmp(cmd->reserved2, zeros, sizeof(zeros)) ||
        (le16_get(cmd->max_snp_asid) &&
         !(flags & SNP_INIT_EX_CIPHERTEXT_HIDING))) {
        return SEV_FW_INVALID_PARAM;
    }
    if (flags & (SNP_INIT_EX_LIST_PADDR | SNP_INIT_EX_CIPHERTEXT_HIDING |
                 SNP_INIT_EX_TIO)) {
        return SEV_FW_UNSUPPORTED;
    }
    return initialize(asp, flags & SNP_INIT_EX_RMP,
                      flags & SNP_INIT_EX_RAPL_DIS);
}

/*
 * 56860 SNP_SHUTDOWN. Guests are forgotten; their context pages become
 * Firmware, which SNP_PAGE_RECLAIM gives back. The VLEK is deleted; what
 * SNP_CONFIG has set, and the firmware that runs, stay.
 */
uint32_t asp_snp_cmd_shutdown(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    for (unsigned i = 0; i < ASP_MAX_SNP_GUESTS; i++) {
        AspSnpGuest *slot = &asp->snp.guests[i];

        if (slot->used) {
            asp_page_move(asp, slot->gctx, RMP_CONTEXT,
                          RMP_FIRMWARE);
            asp_wipe(slot, sizeof(*slot));
        }
    }
    asp_vlek_forget(&asp->snp);
    asp->snp.rapl_disabled = false;
    asp->snp.state = SNP_PSTATE_UNINIT;
    return SEV_FW_SUCCESS;
}

/* 56860 SNP_SHUTDOWN_EX. No IOMMU enforces anything here. */
uint32_t asp_snp_cmd_shutdown_ex(Asp *asp, AspSnpGuest *guest,
                                 const void *buf)
{
    const SnpCmdShutdownEx *cmd = buf;
    uint32_t flags = le32_get(cmd->flags);

    if (le32_get(cmd->len) != sizeof(*cmd)) {
        return SEV_FW_INVALID_LEN;
    }
    if (flags & SNP_SHUTDOWN_EX_RESERVED) {
        return SEV_FW_INVALID_PARAM;
    }
    if (flags & SNP_SHUTDOWN_EX_X86) {
        return SEV_FW_UNSUPPORTED;
    }
    return asp_snp_cmd_shutdown(asp, guest, buf);
}

static uint32_t status_flags(const AspSnp *snp)
{
    return (snp->mask_chip_id ? SNP_STATUS_MASK_CHIP_ID : 0) |
           (snp->mask_chip_key ? SNP_STATUS_MASK_CHIP_KEY : 0) |
           (snp->vlek_loaded ? SNP_STATUS_VLEK : 0) |
           (asp_snp_features(&snp->current) ? SNP_STATUS_FEATURE_INFO : 0) |
           (snp->rapl_disabled ? SNP_STATUS_RAPL_DIS : 0);
}

/* 56860 SNP_PLATFORM_STATUS */
uint32_t asp_snp_cmd_platform_status(Asp *asp, AspSnpGuest *guest,
                                     const void *buf)
{
    const SnpCmdAddr *cmd = buf;
    uint64_t paddr = le64_get(cmd->paddr);
    SnpPlatformStatus result;
    uint32_t status = asp_page_check_answer(asp, paddr, sizeof(result));

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    asp_firmware_boot(asp);
    result = (SnpPlatformStatus) {
        .api_major = asp->snp.current.major,
        .api_minor = asp->snp.current.minor,
        .state = asp->snp.state,
        .rmp = asp->snp.rmp_initialized ? SNP_STATUS_RMP_INITIALIZED : 0,
        .build_id = le32_of(asp->snp.current.build),
        .flags = le32_of(status_flags(&asp->snp)),
        .guest_count = le32_of(asp_snp_count(asp)),
        .current_tcb = asp->snp.current.tcb,
        .reported_tcb = asp->snp.reported_tcb,
    };
    return asp_write(asp, paddr, &result, sizeof(result));
}

/* 56860 SNP_DF_FLUSH: there are no write buffers, see SNP_ACTIVATE */
uint32_t asp_snp_cmd_df_flush(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    return SEV_FW_SUCCESS;
}
