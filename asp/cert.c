/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes, signs and checks SEV certificates: pure functions.
 */

#include "asp/cert.h"

#include <stdbool.h>
#include <string.h>

#include "abi/sev.h"
#include "asp/asp.h"
#include "asp/crypto.h"

/* What a key of @usage is for */
static uint32_t algo_of(uint32_t usage)
{
    return usage == SEV_USAGE_PDH ? SEV_ALGO_ECDH_SHA256
                                  : SEV_ALGO_ECDSA_SHA256;
}

/* Big-endian to a field of a certificate, which is little-endian */
static void put_field(uint8_t field[SEV_EC_FIELD_SIZE],
                      const uint8_t number[SEV_P384_SIZE])
{
    memset(field, 0, SEV_EC_FIELD_SIZE);
    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        field[i] = number[SEV_P384_SIZE - 1 - i];
    }
}

static bool all_zero(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (p[i]) {
            return false;
        }
    }
    return true;
}

static int get_field(uint8_t number[SEV_P384_SIZE],
                     const uint8_t field[SEV_EC_FIELD_SIZE])
{
    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        number[i] = field[SEV_P384_SIZE - 1 - i];
    }
    return all_zero(field + SEV_P384_SIZE,
                    SEV_EC_FIELD_SIZE - SEV_P384_SIZE) ? 0 : -1;
}

void asp_cert_make(SevCert *cert, uint32_t usage, const AspEcPoint *key)
{
    memset(cert, 0, sizeof(*cert));
    cert->version = le32_of(SEV_CERT_VERSION);
    if (usage == SEV_USAGE_PEK) {
        cert->api_major = ASP_API_MAJOR;
        cert->api_minor = ASP_API_MINOR;
    }
    cert->usage = le32_of(usage);
    cert->algo = le32_of(algo_of(usage));
    cert->key.curve = le32_of(SEV_CURVE_P384);
    put_field(cert->key.x, key->x);
    put_field(cert->key.y, key->y);
    cert->sig[0].usage = le32_of(SEV_USAGE_NONE);
    cert->sig[1].usage = le32_of(SEV_USAGE_NONE);
}

int asp_sign(const AspEcScalar *signer, const void *data, size_t len,
             SevEcdsaSignature *signature)
{
    uint8_t digest[SEV_DIGEST_SIZE];
    AspEcSignature made;

    asp_sha256(data, len, digest);
    if (asp_ec_sign(signer, digest, &made)) {
        return -1;
    }
    put_field(signature->r, made.r);
    put_field(signature->s, made.s);
    return 0;
}

int asp_cert_sign(SevCert *cert, unsigned index, uint32_t usage,
                  const AspEcScalar *signer)
{
    SevCertSignature *sig = &cert->sig[index];

    if (asp_sign(signer, cert, SEV_CERT_SIGNED_SIZE, &sig->ecdsa)) {
        return -1;
    }
    sig->usage = le32_of(usage);
    sig->algo = le32_of(algo_of(usage));
    return 0;
}

static bool form_valid(const SevCert *cert, uint32_t usage)
{
    return le32_get(cert->version) == SEV_CERT_VERSION &&
           all_zero(cert->reserved, sizeof(cert->reserved)) &&
           le32_get(cert->usage) == usage &&
           le32_get(cert->algo) == algo_of(usage) &&
           le32_get(cert->key.curve) == SEV_CURVE_P384 &&
           all_zero(cert->key.reserved, sizeof(cert->key.reserved));
}

int asp_cert_check(const SevCert *cert, uint32_t usage, AspEcPoint *key)
{
    if (!form_valid(cert, usage) || get_field(key->x, cert->key.x) ||
        get_field(key->y, cert->key.y)) {
        return -1;
    }
    return asp_ec_check(key);
}
