/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes, signs and checks SEV certificates: pure functions.
 */

#include "asp/cert.h"

#include <stdbool.h>
#include <string.h>

#include "abi/sev.h"
#include "asp/crypto.h"

/* What a key of @usage is for */
static uint32_t algo_of(uint32_t usage)
{
    return usage == SEV_USAGE_PDH ? SEV_ALGO_ECDH_SHA256
                                  : SEV_ALGO_ECDSA_SHA256;
}

void asp_cert_make(SevCert *cert, uint32_t usage, const AspVersion *version,
                   const AspEcPoint *key)
{
    memset(cert, 0, sizeof(*cert));
    cert->version = le32_of(SEV_CERT_VERSION);
    if (usage == SEV_USAGE_PEK) {
        cert->api_major = version->major;
        cert->api_minor = version->minor;
    }
    cert->usage = le32_of(usage);
    cert->algo = le32_of(algo_of(usage));
    cert->key.curve = le32_of(SEV_CURVE_P384);
    asp_ec_put_field(cert->key.x, key->x);
    asp_ec_put_field(cert->key.y, key->y);
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
    asp_ec_put_field(signature->r, made.r);
    asp_ec_put_field(signature->s, made.s);
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
           asp_all_zero(cert->reserved, sizeof(cert->reserved)) &&
           le32_get(cert->usage) == usage &&
           le32_get(cert->algo) == algo_of(usage) &&
           le32_get(cert->key.curve) == SEV_CURVE_P384 &&
           asp_all_zero(cert->key.reserved, sizeof(cert->key.reserved));
}

int asp_cert_check(const SevCert *cert, uint32_t usage, AspEcPoint *key)
{
    if (!form_valid(cert, usage) || asp_ec_get_field(key->x, cert->key.x) ||
        asp_ec_get_field(key->y, cert->key.y)) {
        return -1;
    }
    return asp_ec_check(key);
}
