/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the table of kernel hashes (abi/ovmf.h). */

#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/kernel-hashes.h"

static const OvmfHashTable empty_table = {
    .guid = OVMF_GUID_HASH_TABLE,
    .cmdline.guid = OVMF_GUID_HASH_CMDLINE,
    .initrd.guid = OVMF_GUID_HASH_INITRD,
    .kernel.guid = OVMF_GUID_HASH_KERNEL,
};

static void fill_entry(OvmfHashEntry *entry, const void *data, size_t len)
{
    CryptoPart part = { data, len };

    entry->len = le16_of(sizeof(*entry));
    crypto_sha256(&part, 1, entry->hash);
}

void kernel_hashes_build(const KernelFiles *files, KernelHashes *hashes)
{
    const char *cmdline = files->cmdline ? files->cmdline : "";
    gsize kernel_len, initrd_len = 0;
    const void *kernel = g_bytes_get_data(files->kernel, &kernel_len);
    const void *initrd = files->initrd
                         ? g_bytes_get_data(files->initrd, &initrd_len) : NULL;

    memset(hashes, 0, sizeof(*hashes));
    hashes->table = empty_table;
    hashes->table.len = le16_of(sizeof(hashes->table));
    /* The firmware hands the kernel its command line with the final NUL */
    fill_entry(&hashes->table.cmdline, cmdline, strlen(cmdline) + 1);
    fill_entry(&hashes->table.initrd, initrd, initrd_len);
    fill_entry(&hashes->table.kernel, kernel, kernel_len);
}
