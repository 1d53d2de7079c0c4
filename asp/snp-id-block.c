/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges ID blocks: a pure function.
 */

#include "asp/snp-id-block.h"

#include <string.h>

#include "abi/sev.h"
#include "asp/crypto.h"
#include "asp/ec.h"

_Static_assert(SNP_DIGEST_SIZE == SEV_P384_SIZE,
               "SHA-384 fits P-384 without being cut");

static bool key_form_is_good(le32 algo, const SnpPublicKey *key)
{
    return le32_get(algo) == SNP_ALGO_ECDSA_P384_SHA384 &&
           le32_get(key->curve) == SNP_CURVE_P384 &&
           asp_all_zero(key->reserved, sizeof(key->reserved));
}

static bool form_is_good(const SnpIdBlock *block, const SnpIdAuth *auth,
                         bool has_author)
{
    return le32_get(block->version) == SNP_ID_BLOCK_VERSION &&
           asp_all_zero(auth->reserved1, sizeof(auth->reserved1)) &&
           asp_all_zero(auth->reserved2, sizeof(auth->reserved2)) &&
           asp_all_zero(auth->reserved3, sizeof(auth->reserved3)) &&
           key_form_is_good(auth->id_key_algo, &auth->id_key) &&
           (!has_author || key_form_is_good(auth->author_key_algo,
                                            &auth->author_key));
}

static bool is_signed(const void *data, size_t len, const SnpSignature *sig,
                      const SnpPublicKey *key)
{
    uint8_t digest[SNP_DIGEST_SIZE];
    AspEcSignature signature;
    AspEcPoint point;

    asp_sha384(data, len, digest);
    return !asp_ec_get_field(point.x, key->x) &&
           !asp_ec_get_field(point.y, key->y) &&
           !asp_ec_get_field(signature.r, sig->r) &&
           !asp_ec_get_field(signature.s, sig->s) &&
           !asp_ec_verify_sha384(&point, digest, &signature);
}

uint32_t asp_snp_id_block_check(const SnpIdBlock *block,
                                const SnpIdAuth *auth, bool has_author,
                                AspSnpIdentity *identity)
{
    if (!form_is_good(block, auth, has_author)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (has_author && !is_signed(&auth->id_key, sizeof(auth->id_key),
                                 &auth->id_key_sig, &auth->author_key)) {
        return SEV_FW_BAD_SIGNATURE;
    }
    if (!is_signed(block, sizeof(*block), &auth->id_block_sig,
                   &auth->id_key)) {
        return SEV_FW_BAD_SIGNATURE;
    }
    memset(identity, 0, sizeof(*identity));
    identity->has_id_key = true;
    identity->has_author_key = has_author;
    memcpy(identity->family_id, block->family_id, sizeof(block->family_id));
    memcpy(identity->image_id, block->image_id, sizeof(block->image_id));
    identity->guest_svn = le32_get(block->guest_svn);
    asp_sha384(&auth->id_key, sizeof(auth->id_key), identity->id_key_digest);
    if (has_author) {
        asp_sha384(&auth->author_key, sizeof(auth->author_key),
                   identity->author_key_digest);
    }
    return SEV_FW_SUCCESS;
}
