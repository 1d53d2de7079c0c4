/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells a secure processor its platform's settings. See platform-boot.h. */

#include "platform/platform-boot.h"

#include <string.h>

#include "abi/sev.h"
#include "abi/snp.h"

static uint32_t issue(const PlatformBootOps *ops, void *opaque,
                      uint32_t command, void *buf, size_t len, uint32_t *id)
{
    uint32_t status = ops->command(opaque, command, buf, len);

    if (status != SEV_FW_SUCCESS) {
        *id = command;
    }
    return status;
}

uint32_t platform_boot_firmware(const PlatformSettings *settings,
                                const AspModel *model,
                                const PlatformBootOps *ops, void *opaque,
                                uint32_t *id)
{
    AspModel firmware = *model;
    uint8_t image[ASP_FIRMWARE_IMAGE_SIZE];
    SnpCmdDownloadFirmwareEx cmd = {
        .len = le32_of(sizeof(cmd)),
        .image_len = le32_of(sizeof(image)),
    };

    if (!settings->has_firmware) {
        return SEV_FW_SUCCESS;
    }
    firmware.api_major = settings->version[0];
    firmware.api_minor = settings->version[1];
    firmware.build = settings->version[2];
    memcpy(firmware.tcb, settings->firmware_tcb, sizeof(firmware.tcb));
    asp_firmware_image(&firmware, image);
    cmd.paddr = le64_of(ops->lend(opaque, image, sizeof(image)));
    return issue(ops, opaque, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &cmd, sizeof(cmd),
                 id);
}

static uint32_t configure(const PlatformSettings *settings,
                          const PlatformBootOps *ops, void *opaque,
                          uint32_t *id)
{
    SnpCmdConfig cmd = {
        .flags = le32_of((settings->mask_chip_id ? SNP_CONFIG_MASK_CHIP_ID
                                                 : 0) |
                         (settings->mask_chip_key ? SNP_CONFIG_MASK_CHIP_KEY
                                                  : 0)),
    };

    memcpy(cmd.reported_tcb.byte, settings->reported_tcb, SNP_TCB_SIZE);
    return issue(ops, opaque, SNP_CMD_CONFIG, &cmd, sizeof(cmd), id);
}

static uint32_t load_vlek(const PlatformSettings *settings,
                          const PlatformBootOps *ops, void *opaque,
                          uint32_t *id)
{
    SnpCmdVlekLoad cmd = {
        .len = le32_of(sizeof(cmd)),
        .paddr = le64_of(ops->lend(opaque, settings->vlek,
                                   sizeof(settings->vlek))),
    };

    G_STATIC_ASSERT(PLATFORM_VLEK_SIZE == ASP_VLEK_HASHSTICK_SIZE);
    return issue(ops, opaque, SNP_CMD_VLEK_LOAD, &cmd, sizeof(cmd), id);
}

uint32_t platform_boot_config(const PlatformSettings *settings,
                              const PlatformBootOps *ops, void *opaque,
                              uint32_t *id)
{
    uint32_t status = SEV_FW_SUCCESS;

    if (settings->has_config) {
        status = configure(settings, ops, opaque, id);
    }
    if (status == SEV_FW_SUCCESS && settings->has_vlek) {
        status = load_vlek(settings, ops, opaque, id);
    }
    return status;
}
