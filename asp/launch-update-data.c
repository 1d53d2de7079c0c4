/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes memory into the launch digest: LAUNCH_UPDATE_DATA (55766 section 6.3).
 * Memory is not encrypted yet, so its content stays as it is.
 */

#include "asp/commands.h"
#include "asp/launch-digest.h"

#define GRANULE 16

static uint32_t check(const AspGuest *guest, const SevCmdLaunchUpdateData *cmd)
{
    uint64_t paddr = le64_get(cmd->paddr);
    uint32_t len = le32_get(cmd->len);

    if (le32_get(cmd->reserved)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (guest->asid == SEV_ASID_NONE) {
        return SEV_FW_INACTIVE;
    }
    if (len == 0 || len % GRANULE) {
        return SEV_FW_INVALID_LEN;
    }
    if (paddr % GRANULE || !asp_range_valid(paddr, len)) {
        return SEV_FW_INVALID_ADDRESS;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_cmd_launch_update_data(Asp *asp, AspGuest *guest, void *buf)
{
    const SevCmdLaunchUpdateData *cmd = buf;
    uint32_t status = check(guest, cmd);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_launch_digest_add(asp, guest, le64_get(cmd->paddr),
                                 le32_get(cmd->len));
}
