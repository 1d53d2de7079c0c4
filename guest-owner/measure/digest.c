/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reckons SHA-256 and SHA-384, by libgcrypt. */

#include <gcrypt.h>
#include "guest-owner/measure/digest.h"

static const struct {
    int id;
    size_t size;
    const char *name;
} algos[] = {
    [DIGEST_SHA256] = { GCRY_MD_SHA256, 32, "sha256" },
    [DIGEST_SHA384] = { GCRY_MD_SHA384, 48, "sha384" },
};

void digest_make(Digest *digest, DigestAlgo algo, const void *data,
                 size_t len)
{
    digest->algo = algo;
    digest->size = algos[algo].size;
    gcry_md_hash_buffer(algos[algo].id, digest->byte, data, len);
}

const char *digest_name(const Digest *digest)
{
    return algos[digest->algo].name;
}
