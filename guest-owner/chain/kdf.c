/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Derives keys by SP 800-108 in counter mode: one block of HMAC-SHA-256 is
 * enough.
 */

#include <gcrypt.h>
#include <glib.h>
#include <string.h>
#include "guest-owner/chain/kdf.h"

static void write_u32(gcry_md_hd_t md, uint32_t value)
{
    value = GUINT32_TO_LE(value);
    gcry_md_write(md, &value, sizeof(value));
}

void kdf_derive(const void *key, size_t key_len, const char *label,
                const void *context, size_t context_len,
                uint8_t out[SEV_KEY_SIZE])
{
    gcry_md_hd_t md;
    gcry_error_t err = gcry_md_open(&md, GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC);

    g_assert(!err);
    err = gcry_md_setkey(md, key, key_len);
    g_assert(!err);
    write_u32(md, 1);                               /* the counter */
    gcry_md_write(md, label, strlen(label) + 1);    /* a zero byte follows */
    gcry_md_write(md, context, context_len);
    write_u32(md, 8 * SEV_KEY_SIZE);                /* bits asked for */
    memcpy(out, gcry_md_read(md, GCRY_MD_SHA256), SEV_KEY_SIZE);
    gcry_md_close(md);
}
