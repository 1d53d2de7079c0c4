/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/snp-id-block.c: ID blocks. Input: a byte, whose bit 0 says that there
 * is an author, then changes of a block and an authentication structure
 * that are good.
 *
 * None passes but with the block and the keys that were signed.
 */

#include <string.h>

#include "abi/sev.h"
#include "asp/crypto.h"
#include "asp/snp-id-block.h"
#include "fuzz.h"
#include "tests/unit/snp-vectors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    const SnpIdAuth *good = (const void *)vector_id_auth;
    bool has_author = fuzz_take_byte(&in) & 1;
    AspSnpIdentity identity;
    SnpIdBlock block;
    SnpIdAuth auth;
    gboolean changed;
    uint32_t status;

    g_assert_cmpint(asp_crypto_init(), ==, 0);
    memcpy(&block, vector_id_block, sizeof(block));
    memcpy(&auth, vector_id_auth, sizeof(auth));
    changed = fuzz_change(&in, &block, sizeof(block));
    changed |= fuzz_change(&in, &auth, sizeof(auth));
    status = asp_snp_id_block_check(&block, &auth, has_author, &identity);
    if (!changed) {
        g_assert_cmphex(status, ==, SEV_FW_SUCCESS);
    }
    if (status == SEV_FW_SUCCESS) {
        g_assert_cmpmem(&block, sizeof(block), vector_id_block,
                        sizeof(block));
        g_assert_cmpmem(&auth.id_key, sizeof(auth.id_key), &good->id_key,
                        sizeof(auth.id_key));
        g_assert_true(identity.has_author_key == has_author);
        g_assert_true(!has_author ||
                      memcmp(&auth.author_key, &good->author_key,
                             sizeof(auth.author_key)) == 0);
    } else {
        g_assert_true(status == SEV_FW_INVALID_PARAM ||
                      status == SEV_FW_BAD_SIGNATURE);
    }
    return 0;
}
