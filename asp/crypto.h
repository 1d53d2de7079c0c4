/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the cryptography that the SEV API uses, from libgcrypt. Functions
 * return 0, or -1 when libgcrypt fails (no memory, or an algorithm forbidden
 * by its configuration); outputs are then not defined.
 */

#ifndef ASP_CRYPTO_H
#define ASP_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gcrypt.h>

#include "abi/sev-data.h"
#include "abi/snp-data.h"
#include "abi/snp-msg.h"

/* A piece of a message that lies in pieces */
typedef struct AspBytes {
    const void *data;
    size_t len;
} AspBytes;

/* Makes libgcrypt ready for use, unless the process has done so. */
int asp_crypto_init(void);

/* Overwrites @len bytes at @p with zeros; no compiler leaves that out. */
void asp_wipe(void *p, size_t len);

/* Compares in a time that depends on @len alone. */
bool asp_equal(const uint8_t *a, const uint8_t *b, size_t len);

/* Are all @len bytes at @bytes zero? In a time that depends on @len alone. */
bool asp_all_zero(const uint8_t *bytes, size_t len);

/*
 * SHA-256 of what comes in parts. asp_sha256_read() gives the digest so far
 * and leaves @hash open for more.
 */
int asp_sha256_open(gcry_md_hd_t *hash);
int asp_sha256_read(gcry_md_hd_t hash, uint8_t digest[SEV_DIGEST_SIZE]);

/* SHA-256 of @len bytes */
void asp_sha256(const void *data, size_t len, uint8_t digest[SEV_DIGEST_SIZE]);

/* SHA-384, for SEV-SNP */
void asp_sha384(const void *data, size_t len,
                uint8_t digest[SNP_DIGEST_SIZE]);

/* HMAC-SHA-256 of the @n @pieces, one after another, under @key */
int asp_hmac(AspBytes key, const AspBytes *pieces, size_t n,
             uint8_t mac[SEV_MAC_SIZE]);

/*
 * @len bytes from @key: SP 800-108's KDF in counter mode with HMAC-SHA-256,
 * its numbers as little-endian u32 (55766 section 2.2.2). @label is taken
 * without its NUL.
 */
int asp_kdf_len(AspBytes key, const char *label, AspBytes context,
                uint8_t *derived, size_t len);

/* The same, of SEV_KEY_SIZE bytes, as the SEV API has all keys */
int asp_kdf(AspBytes key, const char *label, AspBytes context,
            uint8_t derived[SEV_KEY_SIZE]);

/*
 * AES-128-CTR under @key, of @len bytes in @buf, in place. @iv is the first
 * counter block: a 128-bit big-endian number.
 */
int asp_aes_ctr(const uint8_t key[SEV_KEY_SIZE], const uint8_t iv[SEV_IV_SIZE],
                void *buf, size_t len);

/*
 * AES-256-GCM of a guest's messages, of @len bytes in @buf, in place; @aad is
 * authenticated beside it. Opening stores in @good whether @tag is theirs;
 * if not, @buf has nothing of use.
 */
int asp_gcm_seal(const uint8_t key[SNP_VMPCK_SIZE],
                 const uint8_t iv[SNP_MSG_IV_SIZE], AspBytes aad,
                 void *buf, size_t len, uint8_t tag[SNP_MSG_TAG_SIZE]);
int asp_gcm_open(const uint8_t key[SNP_VMPCK_SIZE],
                 const uint8_t iv[SNP_MSG_IV_SIZE], AspBytes aad,
                 void *buf, size_t len, const uint8_t tag[SNP_MSG_TAG_SIZE],
                 bool *good);

#endif
