/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what the guest owner looks at in a firmware image before trusting a
 * launch to it: the GUIDed table at its end (abi/ovmf.h).
 */

#ifndef OWNER_FIRMWARE_H
#define OWNER_FIRMWARE_H

#include <glib.h>
#include <stdbool.h>
#include "abi/ovmf.h"

/* Limits of QEMU's q35: whole 4 KiB flash sectors, 8 MiB in all */
#define FIRMWARE_GRANULE   0x1000
#define FIRMWARE_MAX_SIZE  0x800000

/* An OvmfArea */
typedef struct FirmwareArea {
    uint32_t base;              /* guest physical address */
    uint32_t size;              /* bytes */
} FirmwareArea;

/* Areas are 0/0 when the firmware has no such entry, or an empty one */
typedef struct FirmwareInfo {
    bool has_table;
    FirmwareArea hash_table;
    FirmwareArea secret;
    bool has_es_reset;
    uint32_t es_reset_eip;      /* where CPUs of SEV-ES guests begin */
    bool has_snp_metadata;
    uint32_t snp_metadata_offset;   /* before the image's end; any value */
} FirmwareInfo;

/*
 * Reads the table of @image. An image without a table is not an error:
 * then everything in *info is zero. A table that contradicts itself is.
 * @name stands for the image in messages.
 */
bool firmware_parse(GBytes *image, const char *name, FirmwareInfo *info,
                    GError **errp);

/* Whether a table of kernel hashes, or a secret of @size bytes, has room */
bool firmware_holds_hashes(const FirmwareInfo *info);
bool firmware_holds_secret(const FirmwareInfo *info, size_t size);

#endif
