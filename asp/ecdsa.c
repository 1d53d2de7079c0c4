/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signs and verifies by ECDSA on P-384: libgcrypt takes and gives
 * S-expressions.
 */

#include <string.h>

#include <gcrypt.h>

#include "asp/crypto.h"
#include "asp/ec.h"

/* RFC 6979: no random numbers, so no bad ones; and signatures repeat */
static int make_message(gcry_sexp_t *message,
                        const uint8_t digest[SEV_DIGEST_SIZE])
{
    return gcry_sexp_build(message, NULL,
                           "(data (flags rfc6979) (hash sha256 %b))",
                           SEV_DIGEST_SIZE, digest) ? -1 : 0;
}

static int make_message_sha384(gcry_sexp_t *message,
                               const uint8_t digest[SNP_DIGEST_SIZE])
{
    return gcry_sexp_build(message, NULL,
                           "(data (flags rfc6979) (hash sha384 %b))",
                           SNP_DIGEST_SIZE, digest) ? -1 : 0;
}

static int make_private_key(gcry_sexp_t *key, const AspEcScalar *scalar)
{
    return gcry_sexp_build(key, NULL,
                           "(private-key (ecc (curve \"NIST P-384\")"
                           " (d %b)))",
                           SEV_P384_SIZE, scalar->byte) ? -1 : 0;
}

static int make_public_key(gcry_sexp_t *key, const AspEcPoint *point)
{
    uint8_t q[1 + 2 * SEV_P384_SIZE];

    q[0] = 0x04;        /* uncompressed (SEC 1, section 2.3.3) */
    memcpy(q + 1, point->x, SEV_P384_SIZE);
    memcpy(q + 1 + SEV_P384_SIZE, point->y, SEV_P384_SIZE);
    return gcry_sexp_build(key, NULL,
                           "(public-key (ecc (curve \"NIST P-384\")"
                           " (q %b)))",
                           (int)sizeof(q), q) ? -1 : 0;
}

static int make_signature(gcry_sexp_t *result, const AspEcSignature *signature)
{
    return gcry_sexp_build(result, NULL, "(sig-val (ecdsa (r %b) (s %b)))",
                           SEV_P384_SIZE, signature->r,
                           SEV_P384_SIZE, signature->s) ? -1 : 0;
}

/* One of a signature's numbers, padded with zeros at its beginning */
static int put_part(uint8_t to[SEV_P384_SIZE], gcry_sexp_t signature,
                    const char *name)
{
    gcry_sexp_t part = gcry_sexp_find_token(signature, name, 0);
    size_t len = 0;
    const char *digits = part ? gcry_sexp_nth_data(part, 1, &len) : NULL;
    int ret = -1;

    while (digits && len > SEV_P384_SIZE && *digits == 0) {
        digits++;
        len--;
    }
    if (digits && len <= SEV_P384_SIZE) {
        memset(to, 0, SEV_P384_SIZE - len);
        memcpy(to + SEV_P384_SIZE - len, digits, len);
        ret = 0;
    }
    gcry_sexp_release(part);
    return ret;
}

/* Takes @message over */
static int sign(const AspEcScalar *scalar, gcry_sexp_t message,
                AspEcSignature *signature)
{
    gcry_sexp_t key = NULL, result = NULL;
    int ret = -1;

    if (!make_private_key(&key, scalar) &&
        !gcry_pk_sign(&result, message, key) &&
        !put_part(signature->r, result, "r") &&
        !put_part(signature->s, result, "s")) {
        ret = 0;
    }
    gcry_sexp_release(result);
    gcry_sexp_release(key);
    gcry_sexp_release(message);
    return ret;
}

int asp_ec_sign(const AspEcScalar *scalar,
                const uint8_t digest[SEV_DIGEST_SIZE],
                AspEcSignature *signature)
{
    gcry_sexp_t message;

    return make_message(&message, digest) ? -1
                                          : sign(scalar, message, signature);
}

int asp_ec_sign_sha384(const AspEcScalar *scalar,
                       const uint8_t digest[SNP_DIGEST_SIZE],
                       AspEcSignature *signature)
{
    gcry_sexp_t message;

    return make_message_sha384(&message, digest)
           ? -1 : sign(scalar, message, signature);
}

/* Takes @message over */
static int verify(const AspEcPoint *point, gcry_sexp_t message,
                  const AspEcSignature *signature)
{
    gcry_sexp_t key = NULL, sexp = NULL;
    int ret = -1;

    /* gcry_pk_verify() believes any point */
    if (!asp_ec_check(point) && !make_public_key(&key, point) &&
        !make_signature(&sexp, signature) &&
        !gcry_pk_verify(sexp, message, key)) {
        ret = 0;
    }
    gcry_sexp_release(sexp);
    gcry_sexp_release(key);
    gcry_sexp_release(message);
    return ret;
}

int asp_ec_verify(const AspEcPoint *point,
                  const uint8_t digest[SEV_DIGEST_SIZE],
                  const AspEcSignature *signature)
{
    gcry_sexp_t message;

    return make_message(&message, digest) ? -1
                                          : verify(point, message, signature);
}

int asp_ec_verify_sha384(const AspEcPoint *point,
                         const uint8_t digest[SNP_DIGEST_SIZE],
                         const AspEcSignature *signature)
{
    gcry_sexp_t message;

    return make_message_sha384(&message, digest)
           ? -1 : verify(point, message, signature);
}
