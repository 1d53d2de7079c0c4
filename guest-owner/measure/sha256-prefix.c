/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies a hash of libgcrypt's before it is finished. */

#include <gcrypt.h>
#include <glib.h>
#include <string.h>
#include "guest-owner/measure/sha256-prefix.h"

struct Sha256Prefix {
    gcry_md_hd_t md;
};

Sha256Prefix *sha256_prefix_new(const void *data, size_t len)
{
    Sha256Prefix *prefix = g_new0(Sha256Prefix, 1);
    gcry_error_t err = gcry_md_open(&prefix->md, GCRY_MD_SHA256, 0);

    g_assert(!err);
    gcry_md_write(prefix->md, data, len);
    return prefix;
}

void sha256_prefix_finish(const Sha256Prefix *prefix, const void *data,
                          size_t len, uint8_t digest[SEV_DIGEST_SIZE])
{
    gcry_md_hd_t md;
    gcry_error_t err = gcry_md_copy(&md, prefix->md);

    g_assert(!err);
    gcry_md_write(md, data, len);
    memcpy(digest, gcry_md_read(md, GCRY_MD_SHA256), SEV_DIGEST_SIZE);
    gcry_md_close(md);
}

void sha256_prefix_free(Sha256Prefix *prefix)
{
    if (prefix) {
        gcry_md_close(prefix->md);
        g_free(prefix);
    }
}
