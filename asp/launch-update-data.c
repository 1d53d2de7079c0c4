/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_UPDATE_DATA (55766 section 6.3): takes memory into the launch
 * digest. Memory is not encrypted yet, so its content stays as it is.
 */

#include "asp/commands.h"
#include "asp/crypto.h"
#include "asp/le.h"

/* Memory is read in pieces of this, whatever length the caller names */
#define CHUNK_SIZE 4096

#define GRANULE 16

static uint32_t check(const AspGuest *guest, const SevCmdLaunchUpdateData *cmd)
{
    uint64_t paddr = asp_le64(cmd->paddr);
    uint32_t len = asp_le32(cmd->len);

    if (cmd->reserved) {
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

static uint32_t hash_memory(Asp *asp, gcry_md_hd_t hash, uint64_t paddr,
                            uint32_t len)
{
    uint8_t chunk[CHUNK_SIZE];
    uint32_t status = SEV_FW_SUCCESS;

    while (len) {
        uint32_t n = len < sizeof(chunk) ? len : sizeof(chunk);

        status = asp_read(asp, paddr, chunk, n);
        if (status != SEV_FW_SUCCESS) {
            break;
        }
        gcry_md_write(hash, chunk, n);
        paddr += n;
        len -= n;
    }
    asp_wipe(chunk, sizeof(chunk));
    return status;
}

uint32_t asp_cmd_launch_update_data(Asp *asp, AspGuest *guest, void *buf)
{
    const SevCmdLaunchUpdateData *cmd = buf;
    gcry_md_hd_t hash;
    uint32_t status;

    status = check(guest, cmd);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    /* A copy, so that what fails half-way leaves no trace in the digest */
    if (gcry_md_copy(&hash, guest->hash)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = hash_memory(asp, hash, asp_le64(cmd->paddr), asp_le32(cmd->len));
    if (status != SEV_FW_SUCCESS) {
        gcry_md_close(hash);
        return status;
    }
    gcry_md_close(guest->hash);
    guest->hash = hash;
    return SEV_FW_SUCCESS;
}
