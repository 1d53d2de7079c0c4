/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes ID blocks. Numbers in the structures are little-endian, those of
 * p384.h are not.
 */

#include <glib.h>
#include <string.h>
#include "guest-owner/measure/id-block.h"

static void put_number(uint8_t *field, const uint8_t number[SEV_P384_SIZE])
{
    for (unsigned i = 0; i < SEV_P384_SIZE; i++) {
        field[i] = number[SEV_P384_SIZE - 1 - i];
    }
}

static void sign(const P384Pair *key, const SnpIdBlock *block,
                 SnpSignature *field)
{
    P384Signature signature;
    Digest digest;

    digest_make(&digest, DIGEST_SHA384, block, sizeof(*block));
    p384_sign(key, &digest, &signature);
    put_number(field->r, signature.r);
    put_number(field->s, signature.s);
}

void id_block_make(const P384Pair *key, const uint8_t digest[SNP_DIGEST_SIZE],
                   uint64_t policy, SnpIdBlock *block, SnpIdAuth *auth)
{
    memset(block, 0, sizeof(*block));
    memcpy(block->launch_digest, digest, SNP_DIGEST_SIZE);
    block->version = le32_of(SNP_ID_BLOCK_VERSION);
    block->policy = le64_of(policy);

    memset(auth, 0, sizeof(*auth));
    auth->id_key_algo = le32_of(SNP_ALGO_ECDSA_P384_SHA384);
    auth->id_key.curve = le32_of(SNP_CURVE_P384);
    put_number(auth->id_key.x, key->point.x);
    put_number(auth->id_key.y, key->point.y);
    sign(key, block, &auth->id_block_sig);
}
