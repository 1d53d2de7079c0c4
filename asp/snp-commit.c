/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles SNP_COMMIT (56860 chapter 8): there is no way back from here. It is
 * the one thing of SEV-SNP's that outlives the power.
 */

#include "asp/firmware.h"
#include "asp/snp-commands.h"

uint32_t asp_snp_cmd_commit(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    const SnpCmdCommit *cmd = buf;
    uint32_t status;

    if (le32_get(cmd->len) != sizeof(*cmd)) {
        return SEV_FW_INVALID_LEN;
    }
    status = asp_firmware_boot(asp);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_firmware_commit(asp, &asp->snp.current);
}
