/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of what the secure processor has signed. test_signed.py does the
 * same with OpenSSL.
 */

#ifndef TESTS_UNIT_ASP_SIGNED_H
#define TESTS_UNIT_ASP_SIGNED_H

#include <string.h>

#include <glib.h>

#include "asp/cert.h"
#include "asp/crypto.h"

static inline void get_big_endian(uint8_t number[SEV_P384_SIZE],
                                  const uint8_t field[SEV_EC_FIELD_SIZE])
{
    for (unsigned i = 0; i < SEV_P384_SIZE; i++) {
        number[i] = field[SEV_P384_SIZE - 1 - i];
    }
    for (unsigned i = SEV_P384_SIZE; i < SEV_EC_FIELD_SIZE; i++) {
        g_assert_cmphex(field[i], ==, 0);
    }
}

static inline AspEcPoint cert_point(const SevCert *cert)
{
    AspEcPoint point;

    get_big_endian(point.x, cert->key.x);
    get_big_endian(point.y, cert->key.y);
    return point;
}

static inline bool is_signed(const void *data, size_t len,
                             const SevEcdsaSignature *sig,
                             const SevCert *signer)
{
    AspEcPoint point = cert_point(signer);
    uint8_t digest[SEV_DIGEST_SIZE];
    AspEcSignature signature;

    asp_sha256(data, len, digest);
    get_big_endian(signature.r, sig->r);
    get_big_endian(signature.s, sig->s);
    return asp_ec_verify(&point, digest, &signature) == 0;
}

/* Is signature @index of @cert that of @signer, and does it say so? */
static inline bool cert_is_signed(const SevCert *cert, unsigned index,
                                  const SevCert *signer)
{
    return le32_get(cert->sig[index].usage) == le32_get(signer->usage) &&
           le32_get(cert->sig[index].algo) == 2 &&
           is_signed(cert, 0x414, &cert->sig[index].ecdsa, signer);
}

static inline void assert_not_signed(const SevCert *cert, unsigned index)
{
    const SevCertSignature none = { .usage = le32_of(0x1000) };

    g_assert_cmpmem(&cert->sig[index], sizeof(none), &none, sizeof(none));
}

#endif
