/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps what the host tells its secure processor at each boot. On hardware it
 * is the administrator who does, by /dev/sev, and a reset forgets it; here
 * each QEMU is a boot of its own, so the directory has it:
 *
 *     settings    text, as of GKeyFile:
 *                     [firmware]          SNP_DOWNLOAD_FIRMWARE_EX
 *                     version=1.58.2
 *                     tcb=0100010400000050
 *                     [config]            SNP_CONFIG
 *                     reported-tcb=0100010400000050
 *                     mask-chip-id=false
 *                     mask-chip-key=false
 *     vlek        a wrapped VLEK, 432 bytes, for SNP_VLEK_LOAD
 *
 * Neither file need be there. Conventions as in platform-dir.h.
 */

#ifndef PLATFORM_SETTINGS_H
#define PLATFORM_SETTINGS_H

#include "platform/platform-file.h"
#include "abi/snp-data.h"

#define PLATFORM_SETTINGS "settings"
#define PLATFORM_VLEK     "vlek"

#define PLATFORM_VLEK_SIZE 432

typedef struct PlatformSettings {
    bool has_firmware;
    uint8_t version[3];                 /* of the ABI: major, minor, build */
    uint8_t firmware_tcb[SNP_TCB_SIZE];

    bool has_config;
    uint8_t reported_tcb[SNP_TCB_SIZE];
    bool mask_chip_id;
    bool mask_chip_key;

    bool has_vlek;
    uint8_t vlek[PLATFORM_VLEK_SIZE];
} PlatformSettings;

/* PLATFORM_DIR_ERROR_DAMAGED: not what platform_settings_write() writes */
bool platform_settings_read(const PlatformFolder *folder,
                            PlatformSettings *settings, GError **errp);

/* Replaces both files, and removes what is not set. */
bool platform_settings_write(const PlatformFolder *folder,
                             const PlatformSettings *settings, GError **errp);

/* Is @name one of the files, or what an interrupted writing of one leaves? */
bool platform_settings_leaves(const char *name);

#endif
