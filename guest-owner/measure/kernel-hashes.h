/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the table of kernel hashes that a launch measures after the firmware.
 */

#ifndef OWNER_KERNEL_HASHES_H
#define OWNER_KERNEL_HASHES_H

#include <glib.h>
#include "abi/ovmf.h"

/* @initrd and @cmdline may be NULL: none given */
typedef struct KernelFiles {
    GBytes *kernel;
    GBytes *initrd;
    const char *cmdline;
} KernelFiles;

/* As it lies in guest memory, padding included */
typedef struct KernelHashes {
    OvmfHashTable table;
    uint8_t padding[OVMF_HASH_TABLE_PADDED_SIZE - sizeof(OvmfHashTable)];
} __attribute__((packed)) KernelHashes;

void kernel_hashes_build(const KernelFiles *files, KernelHashes *hashes);

#endif
