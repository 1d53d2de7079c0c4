/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons on NIST's curve P-384: the keys of a platform and of a guest owner.
 * Numbers here are big-endian, of 48 bytes; certificates have them the other
 * way round (cert.h turns them).
 *
 * None of these can fail after crypto_init(), but for what they answer
 * about the numbers that they are given.
 */

#ifndef OWNER_P384_H
#define OWNER_P384_H

#include <stdbool.h>
#include "abi/sev-cert.h"
#include "guest-owner/measure/digest.h"

typedef struct P384Point {
    uint8_t x[SEV_P384_SIZE];
    uint8_t y[SEV_P384_SIZE];
} P384Point;

typedef struct P384Signature {
    uint8_t r[SEV_P384_SIZE];
    uint8_t s[SEV_P384_SIZE];
} P384Signature;

typedef struct P384Pair {
    uint8_t scalar[SEV_P384_SIZE];      /* private: wipe it */
    P384Point point;
} P384Pair;

/* Whether both coordinates are in range and fulfil the curve's equation */
bool p384_on_curve(const P384Point *point);

void p384_generate(P384Pair *pair);

/* ECDSA */
void p384_sign(const P384Pair *pair, const Digest *digest,
               P384Signature *signature);
bool p384_verify(const P384Point *point, const Digest *digest,
                 const P384Signature *signature);

/*
 * ECDH: the X coordinate that both sides come to. False when @peer is not
 * on the curve.
 */
bool p384_shared_x(const uint8_t scalar[SEV_P384_SIZE],
                   const P384Point *peer, uint8_t x[SEV_P384_SIZE]);

#endif
