/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles SNP_DOWNLOAD_FIRMWARE_EX (56860 chapter 8): other firmware runs from
 * now on, until the power is off. Guests, and what is configured, stay.
 */

#include "asp/firmware.h"
#include "asp/firmware-image.h"
#include "asp/snp-commands.h"

/* Where a real image's signature is wrong, ours is damaged. */
static uint32_t read_image(Asp *asp, const SnpCmdDownloadFirmwareEx *cmd,
                           AspVersion *version)
{
    AspFirmwareImage image;
    uint32_t status;

    if (le32_get(cmd->image_len) != sizeof(image)) {
        return SEV_FW_INVALID_LEN;
    }
    status = asp_read(asp, le64_get(cmd->paddr), &image, sizeof(image));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_firmware_image_read(&image, asp->product, version)
           ? SEV_FW_SUCCESS : SEV_FW_BAD_SIGNATURE;
}

static uint32_t check(const Asp *asp, const SnpCmdDownloadFirmwareEx *cmd)
{
    if (le32_get(cmd->len) != sizeof(*cmd)) {
        return SEV_FW_INVALID_LEN;
    }
    if (le32_get(cmd->reserved) ||
        le32_get(cmd->flags) & SNP_DOWNLOAD_RESERVED) {
        return SEV_FW_INVALID_PARAM;
    }
    return asp->state == SEV_PSTATE_UNINIT ? SEV_FW_SUCCESS
                                           : SEV_FW_INVALID_PLATFORM_STATE;
}

uint32_t asp_snp_cmd_download_firmware_ex(Asp *asp, AspSnpGuest *guest,
                                          const void *buf)
{
    const SnpCmdDownloadFirmwareEx *cmd = buf;
    AspVersion version;
    uint32_t status = check(asp, cmd);

    if (status == SEV_FW_SUCCESS) {
        status = asp_firmware_boot(asp);
    }
    if (status == SEV_FW_SUCCESS) {
        status = read_image(asp, cmd, &version);
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_firmware_check(&version, &asp->snp.committed);
    }
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (le32_get(cmd->flags) & SNP_DOWNLOAD_COMMIT) {
        return asp_firmware_commit(asp, &version);
    }
    asp_firmware_run(asp, &version);
    return SEV_FW_SUCCESS;
}
