/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verifies RSA-PSS with a salt of the hash's length: the manufacturer's
 * signatures. Numbers here are big-endian.
 */

#ifndef OWNER_RSA_H
#define OWNER_RSA_H

#include <stdbool.h>
#include "abi/sev-cert.h"
#include "guest-owner/measure/digest.h"

typedef struct RsaKey {
    size_t size;                        /* bytes of each number that count */
    uint8_t exponent[SEV_RSA_MAX_SIZE];
    uint8_t modulus[SEV_RSA_MAX_SIZE];
} RsaKey;

/*
 * Whether libgcrypt may be given the key: a modulus that is odd and uses
 * all its bits, an exponent that is odd, not 1, and of 64 bits at most.
 */
bool rsa_key_sound(const RsaKey *key);

/* @signature has @key->size bytes. False for a key that is not sound */
bool rsa_pss_verify(const RsaKey *key, const Digest *digest,
                    const uint8_t *signature);

#endif
