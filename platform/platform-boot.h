/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells a secure processor what its platform's settings say, as the host of a
 * real one does after each boot.
 */

#ifndef PLATFORM_BOOT_H
#define PLATFORM_BOOT_H

#include "platform/platform-dir.h"
#include "platform/platform-settings.h"

/* The way to the secure processor: given by who has switched it on */
typedef struct PlatformBootOps {
    /* A command, SNP_CMD_*; returns the status, SEV_FW_* */
    uint32_t (*command)(void *opaque, uint32_t id, void *buf, size_t len);

    /* Where @len bytes at @data lie, as commands have it, until boot's end */
    uint64_t (*lend)(void *opaque, const void *data, size_t len);
} PlatformBootOps;

/*
 * SNP_DOWNLOAD_FIRMWARE_EX, before any INIT; SNP_CONFIG and SNP_VLEK_LOAD,
 * after SNP_INIT. Of what is not set, nothing is said.
 * @id: set to the command that was refused, if one was
 *
 * Return its status, SEV_FW_*.
 */
uint32_t platform_boot_firmware(const PlatformSettings *settings,
                                const AspModel *model,
                                const PlatformBootOps *ops, void *opaque,
                                uint32_t *id);
uint32_t platform_boot_config(const PlatformSettings *settings,
                              const PlatformBootOps *ops, void *opaque,
                              uint32_t *id);

#endif
