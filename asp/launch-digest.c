/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes memory into the launch digest, while that is being made.
 */

#include "asp/launch-digest.h"

#include "asp/crypto.h"

/* Memory is read in pieces of this, whatever length the caller names */
#define CHUNK_SIZE 4096

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

uint32_t asp_launch_digest_add(Asp *asp, AspGuest *guest, uint64_t paddr,
                               uint32_t len)
{
    gcry_md_hd_t hash;
    uint32_t status;

    /* A copy, so that what fails half-way leaves no trace in the digest */
    if (gcry_md_copy(&hash, guest->hash)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = hash_memory(asp, hash, paddr, len);
    if (status != SEV_FW_SUCCESS) {
        gcry_md_close(hash);
        return status;
    }
    gcry_md_close(guest->hash);
    guest->hash = hash;
    return SEV_FW_SUCCESS;
}
