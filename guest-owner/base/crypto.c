/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does by libgcrypt what crypto.h declares. Its calls take lengths and
 * algorithms only from this file, so an error after crypto_init() would be a
 * bug here; none depends on what a user's file holds.
 */

#include <gcrypt.h>
#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/owner.h"

bool crypto_init(GError **errp)
{
    if (!gcry_check_version(GCRYPT_VERSION)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "libgcrypt %s or later is needed, found %s",
                    GCRYPT_VERSION, gcry_check_version(NULL));
        return false;
    }
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    if (gcry_md_test_algo(GCRY_MD_SHA256) ||
        gcry_cipher_test_algo(GCRY_CIPHER_AES128)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "this libgcrypt lacks SHA-256 or AES-128");
        return false;
    }
    return true;
}

static void md_over(int flags, const uint8_t *key, const CryptoPart *parts,
                    size_t nr_parts, uint8_t out[SEV_DIGEST_SIZE])
{
    gcry_md_hd_t md;
    gcry_error_t err = gcry_md_open(&md, GCRY_MD_SHA256, flags);

    g_assert(!err);
    if (key) {
        err = gcry_md_setkey(md, key, SEV_KEY_SIZE);
        g_assert(!err);
    }
    for (size_t i = 0; i < nr_parts; i++) {
        gcry_md_write(md, parts[i].data, parts[i].len);
    }
    memcpy(out, gcry_md_read(md, GCRY_MD_SHA256), SEV_DIGEST_SIZE);
    gcry_md_close(md);
}

void crypto_sha256(const CryptoPart *parts, size_t nr_parts,
                   uint8_t digest[SEV_DIGEST_SIZE])
{
    md_over(0, NULL, parts, nr_parts, digest);
}

void crypto_hmac_sha256(const uint8_t key[SEV_KEY_SIZE],
                        const CryptoPart *parts, size_t nr_parts,
                        uint8_t mac[SEV_MAC_SIZE])
{
    md_over(GCRY_MD_FLAG_HMAC, key, parts, nr_parts, mac);
}

void crypto_aes128_ctr(const uint8_t key[SEV_KEY_SIZE],
                       const uint8_t iv[SEV_IV_SIZE],
                       void *data, size_t len)
{
    gcry_cipher_hd_t cipher;
    gcry_error_t err = gcry_cipher_open(&cipher, GCRY_CIPHER_AES128,
                                        GCRY_CIPHER_MODE_CTR, 0);

    g_assert(!err);
    err = gcry_cipher_setkey(cipher, key, SEV_KEY_SIZE);
    g_assert(!err);
    err = gcry_cipher_setctr(cipher, iv, SEV_IV_SIZE);
    g_assert(!err);
    err = gcry_cipher_encrypt(cipher, data, len, NULL, 0);
    g_assert(!err);
    gcry_cipher_close(cipher);
}

void crypto_random(void *data, size_t len)
{
    gcry_randomize(data, len, GCRY_STRONG_RANDOM);
}

bool crypto_mac_equal(const uint8_t a[SEV_MAC_SIZE],
                      const uint8_t b[SEV_MAC_SIZE])
{
    uint8_t difference = 0;

    for (size_t i = 0; i < SEV_MAC_SIZE; i++) {
        difference |= a[i] ^ b[i];
    }
    return difference == 0;
}
