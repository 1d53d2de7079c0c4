/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles SNP_CONFIG (56860 chapter 8): what reports tell of the platform.
 */

#include "asp/crypto.h"
#include "asp/firmware.h"
#include "asp/snp-commands.h"

/*
 * Firmware has the keys of all TCBs up to its own. That the reported one is
 * not above the committed one is left to who sets it.
 */
uint32_t asp_snp_cmd_config(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    const SnpCmdConfig *cmd = buf;
    uint32_t flags = le32_get(cmd->flags);
    AspSnp *snp = &asp->snp;
    SnpTcbVersion tcb = cmd->reported_tcb;

    if (flags & SNP_CONFIG_RESERVED ||
        !asp_all_zero(cmd->reserved, sizeof(cmd->reserved)) ||
        !asp_tcb_within(&tcb, &snp->current.tcb)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (asp_all_zero(tcb.byte, sizeof(tcb.byte))) {
        tcb = snp->current.tcb;
    }
    asp_firmware_report(asp, &tcb);
    snp->mask_chip_id = flags & SNP_CONFIG_MASK_CHIP_ID;
    snp->mask_chip_key = flags & SNP_CONFIG_MASK_CHIP_KEY;
    return SEV_FW_SUCCESS;
}
