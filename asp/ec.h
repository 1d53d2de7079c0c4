/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons on the elliptic curve of the SEV API's keys, NIST P-384, from
 * libgcrypt. Numbers are big-endian here; certificates have them the other way
 * round (cert.h). Functions return 0; -1 when an argument is not what it
 * should be, or libgcrypt fails; outputs are then not defined.
 */

#ifndef ASP_EC_H
#define ASP_EC_H

#include <stdint.h>

#include "abi/sev-cert.h"
#include "abi/snp-data.h"

/* A public key: the affine coordinates of a point */
typedef struct AspEcPoint {
    uint8_t x[SEV_P384_SIZE];
    uint8_t y[SEV_P384_SIZE];
} AspEcPoint;

/* A private key: 1 to the curve's order less one */
typedef struct AspEcScalar {
    uint8_t byte[SEV_P384_SIZE];
} AspEcScalar;

typedef struct AspEcSignature {
    uint8_t r[SEV_P384_SIZE];
    uint8_t s[SEV_P384_SIZE];
} AspEcSignature;

/*
 * To and from a field of a certificate, an ID block or a report, which is
 * little-endian, with zeros after the number; -1 if it is too long for P-384.
 */
void asp_ec_put_field(uint8_t field[SEV_EC_FIELD_SIZE],
                      const uint8_t number[SEV_P384_SIZE]);
int asp_ec_get_field(uint8_t number[SEV_P384_SIZE],
                     const uint8_t field[SEV_EC_FIELD_SIZE]);

/* The public key of @scalar. -1 also when @scalar is out of range. */
int asp_ec_public(const AspEcScalar *scalar, AspEcPoint *point);

/* The same for who has no AspEcPoint: coordinates, big-endian */
int asp_ec_public_xy(const AspEcScalar *scalar, uint8_t x[SEV_P384_SIZE],
                     uint8_t y[SEV_P384_SIZE]);

/*
 * A private key from a secret that is known to nobody else: FIPS 186-4,
 * appendix B.4.1, of 64 bits more than the order has.
 */
#define ASP_EC_SEED_SIZE (SEV_P384_SIZE + 8)
int asp_ec_from_seed(const uint8_t seed[ASP_EC_SEED_SIZE],
                     AspEcScalar *scalar);

/* Is @point one of the curve, and not infinity? 0, or -1 */
int asp_ec_check(const AspEcPoint *point);

/*
 * X coordinate of @scalar times @peer (SP 800-56A, section 5.7.1.2). -1
 * also when @peer is not on the curve.
 */
int asp_ec_dh(const AspEcScalar *scalar, const AspEcPoint *peer,
              uint8_t x[SEV_P384_SIZE]);

/* ECDSA of a SHA-256 digest; its nonce is RFC 6979's */
int asp_ec_sign(const AspEcScalar *scalar,
                const uint8_t digest[SEV_DIGEST_SIZE],
                AspEcSignature *signature);

/* The same of a SHA-384 digest, for SEV-SNP */
int asp_ec_sign_sha384(const AspEcScalar *scalar,
                       const uint8_t digest[SNP_DIGEST_SIZE],
                       AspEcSignature *signature);

/* Is @signature of @digest by the owner of @point? 0, or -1 */
int asp_ec_verify(const AspEcPoint *point,
                  const uint8_t digest[SEV_DIGEST_SIZE],
                  const AspEcSignature *signature);

/* The same, of a SHA-384 digest, as SEV-SNP has it */
int asp_ec_verify_sha384(const AspEcPoint *point,
                         const uint8_t digest[SNP_DIGEST_SIZE],
                         const AspEcSignature *signature);

#endif
