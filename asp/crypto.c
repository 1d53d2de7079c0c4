/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the cryptography that the SEV API uses, from libgcrypt.
 */

#include "asp/crypto.h"

#include <string.h>


/* Nothing newer is used */
#define GCRYPT_LEAST_VERSION "1.9.0"

int asp_crypto_init(void)
{
    /* gcry_check_version() is what initializes, so it has to come first */
    if (!gcry_check_version(GCRYPT_LEAST_VERSION)) {
        return -1;
    }
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
        return 0;
    }
    /*
     * Locked memory is scarce (RLIMIT_MEMLOCK) and of no use here: the
     * whole guest lies in ordinary memory of the same process.
     */
    if (gcry_control(GCRYCTL_DISABLE_SECMEM, 0) ||
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0)) {
        return -1;
    }
    return 0;
}

void asp_wipe(void *p, size_t len)
{
    volatile uint8_t *byte = p; /* volatile keeps the stores */

    while (len--) {
        *byte++ = 0;
    }
}

bool asp_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
    uint8_t differ = 0;

    for (size_t i = 0; i < len; i++) {
        differ |= a[i] ^ b[i];
    }
    return differ == 0;
}

bool asp_all_zero(const uint8_t *bytes, size_t len)
{
    uint8_t any = 0;

    while (len--) {
        any |= *bytes++;
    }
    return any == 0;
}

int asp_sha256_open(gcry_md_hd_t *hash)
{
    return gcry_md_open(hash, GCRY_MD_SHA256, 0) ? -1 : 0;
}

int asp_sha256_read(gcry_md_hd_t hash, uint8_t digest[SEV_DIGEST_SIZE])
{
    gcry_md_hd_t copy;
    const uint8_t *result;
    int ret = -1;

    /* Reading finalizes, so it is done on a copy */
    if (gcry_md_copy(&copy, hash)) {
        return -1;
    }
    result = gcry_md_read(copy, GCRY_MD_SHA256);
    if (result) {
        memcpy(digest, result, SEV_DIGEST_SIZE);
        ret = 0;
    }
    gcry_md_close(copy);
    return ret;
}

void asp_sha256(const void *data, size_t len, uint8_t digest[SEV_DIGEST_SIZE])
{
    gcry_md_hash_buffer(GCRY_MD_SHA256, digest, data, len);
}

void asp_sha384(const void *data, size_t len, uint8_t digest[SNP_DIGEST_SIZE])
{
    gcry_md_hash_buffer(GCRY_MD_SHA384, digest, data, len);
}

int asp_hmac(AspBytes key, const AspBytes *pieces, size_t n,
             uint8_t mac[SEV_MAC_SIZE])
{
    gcry_md_hd_t hash;
    const uint8_t *result;
    int ret = -1;

    if (gcry_md_open(&hash, GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC)) {
        return -1;
    }
    if (!gcry_md_setkey(hash, key.data, key.len)) {
        for (size_t i = 0; i < n; i++) {
            gcry_md_write(hash, pieces[i].data, pieces[i].len);
        }
        result = gcry_md_read(hash, GCRY_MD_SHA256);
        if (result) {
            memcpy(mac, result, SEV_MAC_SIZE);
            ret = 0;
        }
    }
    gcry_md_close(hash);
    return ret;
}

int asp_kdf_len(AspBytes key, const char *label, AspBytes context,
                uint8_t *derived, size_t len)
{
    const le32 bits = le32_of(8 * len);
    uint8_t mac[SEV_MAC_SIZE];
    int ret = 0;

    for (size_t done = 0; done < len && !ret; done += sizeof(mac)) {
        const le32 counter = le32_of(done / sizeof(mac) + 1);
        const AspBytes pieces[] = {
            { &counter, sizeof(counter) },
            { label, strlen(label) + 1 },           /* and a zero byte */
            context,
            { &bits, sizeof(bits) },
        };

        ret = asp_hmac(key, pieces, sizeof(pieces) / sizeof(pieces[0]), mac);
        if (!ret) {
            memcpy(derived + done, mac,
                   len - done < sizeof(mac) ? len - done : sizeof(mac));
        }
    }
    asp_wipe(mac, sizeof(mac));
    return ret;
}

int asp_kdf(AspBytes key, const char *label, AspBytes context,
            uint8_t derived[SEV_KEY_SIZE])
{
    return asp_kdf_len(key, label, context, derived, SEV_KEY_SIZE);
}

int asp_aes_ctr(const uint8_t key[SEV_KEY_SIZE], const uint8_t iv[SEV_IV_SIZE],
                void *buf, size_t len)
{
    gcry_cipher_hd_t cipher;
    int ret = -1;

    if (gcry_cipher_open(&cipher, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CTR,
                         0)) {
        return -1;
    }
    if (!gcry_cipher_setkey(cipher, key, SEV_KEY_SIZE) &&
        !gcry_cipher_setctr(cipher, iv, SEV_IV_SIZE) &&
        !gcry_cipher_decrypt(cipher, buf, len, NULL, 0)) {
        ret = 0;
    }
    gcry_cipher_close(cipher);
    return ret;
}

static int open_gcm(gcry_cipher_hd_t *cipher,
                    const uint8_t key[SNP_VMPCK_SIZE],
                    const uint8_t iv[SNP_MSG_IV_SIZE], AspBytes aad)
{
    if (gcry_cipher_open(cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM,
                         0)) {
        return -1;
    }
    if (!gcry_cipher_setkey(*cipher, key, SNP_VMPCK_SIZE) &&
        !gcry_cipher_setiv(*cipher, iv, SNP_MSG_IV_SIZE) &&
        !gcry_cipher_authenticate(*cipher, aad.data, aad.len)) {
        return 0;
    }
    gcry_cipher_close(*cipher);
    return -1;
}

int asp_gcm_seal(const uint8_t key[SNP_VMPCK_SIZE],
                 const uint8_t iv[SNP_MSG_IV_SIZE], AspBytes aad,
                 void *buf, size_t len, uint8_t tag[SNP_MSG_TAG_SIZE])
{
    gcry_cipher_hd_t cipher;
    int ret = -1;

    if (open_gcm(&cipher, key, iv, aad)) {
        return -1;
    }
    if (!gcry_cipher_final(cipher) &&
        !gcry_cipher_encrypt(cipher, buf, len, NULL, 0) &&
        !gcry_cipher_gettag(cipher, tag, SNP_MSG_TAG_SIZE)) {
        ret = 0;
    }
    gcry_cipher_close(cipher);
    return ret;
}

int asp_gcm_open(const uint8_t key[SNP_VMPCK_SIZE],
                 const uint8_t iv[SNP_MSG_IV_SIZE], AspBytes aad,
                 void *buf, size_t len, const uint8_t tag[SNP_MSG_TAG_SIZE],
                 bool *good)
{
    gcry_cipher_hd_t cipher;
    gcry_error_t error;
    int ret = -1;

    if (open_gcm(&cipher, key, iv, aad)) {
        return -1;
    }
    if (!gcry_cipher_final(cipher) &&
        !gcry_cipher_decrypt(cipher, buf, len, NULL, 0)) {
        error = gcry_cipher_checktag(cipher, tag, SNP_MSG_TAG_SIZE);
        *good = !error;
        ret = !error || gcry_err_code(error) == GPG_ERR_CHECKSUM ? 0 : -1;
    }
    gcry_cipher_close(cipher);
    return ret;
}
