/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Computes the three algorithms of the SEV API, and random numbers, by
 * libgcrypt. After crypto_init() has succeeded none of these can fail.
 */

#ifndef OWNER_CRYPTO_H
#define OWNER_CRYPTO_H

#include <glib.h>
#include <stdbool.h>
#include "abi/sev.h"

/* A part of a message that is hashed or MACed as if it were in one piece */
typedef struct CryptoPart {
    const void *data;
    size_t len;
} CryptoPart;

/* Must be called first; fails when libgcrypt lacks an algorithm. */
bool crypto_init(GError **errp);

/* SHA-256 over @nr_parts parts */
void crypto_sha256(const CryptoPart *parts, size_t nr_parts,
                   uint8_t digest[SEV_DIGEST_SIZE]);

/* HMAC-SHA-256 under a 16-byte key over @nr_parts parts */
void crypto_hmac_sha256(const uint8_t key[SEV_KEY_SIZE],
                        const CryptoPart *parts, size_t nr_parts,
                        uint8_t mac[SEV_MAC_SIZE]);

/* AES-128-CTR of @data in place, with @iv as the first counter block */
void crypto_aes128_ctr(const uint8_t key[SEV_KEY_SIZE],
                       const uint8_t iv[SEV_IV_SIZE],
                       void *data, size_t len);

/* @len bytes fit for keys */
void crypto_random(void *data, size_t len);

/* Whether two MACs are equal, in a time that tells nothing about them */
bool crypto_mac_equal(const uint8_t a[SEV_MAC_SIZE],
                      const uint8_t b[SEV_MAC_SIZE]);

#endif
