/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner's sealing of secrets for a SEV-SNP guest, by known answers. */

#include <string.h>
#include "attest-vectors.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/exchange/attest-seal.h"

static AttestTurn turn_new(void)
{
    AttestTurn turn;

    G_STATIC_ASSERT(sizeof(attest_report) == sizeof(SnpReport));
    memcpy(turn.nonce, attest_nonce, sizeof(turn.nonce));
    memcpy(turn.guest_key, attest_guest_key, sizeof(turn.guest_key));
    memcpy(&turn.report, attest_report, sizeof(turn.report));
    return turn;
}

static P384Pair pair_new(void)
{
    P384Pair pair;

    memcpy(pair.scalar, attest_owner_scalar, sizeof(pair.scalar));
    memcpy(&pair.point, attest_owner_key + 1, sizeof(pair.point));
    return pair;
}

static bool seal(const AttestTurn *turn, AttestSealed *sealed)
{
    g_autoptr(GByteArray) secrets = g_byte_array_new();
    P384Pair pair = pair_new();

    g_byte_array_append(secrets, attest_secrets, sizeof(attest_secrets));
    return attest_seal(turn, &pair, secrets, sealed);
}

static void test_report_data(void)
{
    AttestTurn turn = turn_new();
    uint8_t data[ATTEST_HASH_SIZE];

    attest_report_data(&turn, data);
    g_assert_cmpmem(data, sizeof(data), attest_report_data_is,
                    sizeof(attest_report_data_is));
}

static void test_known_answer(void)
{
    AttestTurn turn = turn_new();
    AttestSealed sealed;

    g_assert_true(seal(&turn, &sealed));
    g_assert_cmpmem(sealed.owner_key, ATTEST_KEY_SIZE, attest_owner_key,
                    sizeof(attest_owner_key));
    g_assert_cmpmem(sealed.sealed->data, sealed.sealed->len, attest_sealed,
                    sizeof(attest_sealed));
    g_assert_cmpmem(sealed.proof, sizeof(sealed.proof), attest_proof,
                    sizeof(attest_proof));
    attest_sealed_clear(&sealed);
}

/* Whatever was said is part of the keys, to the last bit of each. */
static void test_bound(void)
{
    static const size_t places[] = {
        offsetof(AttestTurn, nonce),
        offsetof(AttestTurn, nonce) + ATTEST_NONCE_SIZE - 1,
        offsetof(AttestTurn, report),
        offsetof(AttestTurn, report) + sizeof(SnpReport) - 1,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        AttestTurn turn = turn_new();
        AttestSealed sealed;

        ((uint8_t *)&turn)[places[i]] ^= 1;
        g_assert_true(seal(&turn, &sealed));
        g_assert_cmpint(memcmp(sealed.sealed->data, attest_sealed,
                               sizeof(attest_secrets)), !=, 0);
        g_assert_false(attest_proof_is(&sealed, attest_proof,
                                       sizeof(attest_proof)));
        attest_sealed_clear(&sealed);
    }
}

static void test_bad_key(void)
{
    static const size_t places[] = { 0, 1, ATTEST_KEY_SIZE - 1 };

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        AttestTurn turn = turn_new();
        AttestSealed sealed;

        turn.guest_key[places[i]] ^= 1;
        g_assert_false(seal(&turn, &sealed));
    }
}

static void test_proof(void)
{
    AttestTurn turn = turn_new();
    uint8_t proof[sizeof(attest_proof)];
    AttestSealed sealed;

    g_assert_true(seal(&turn, &sealed));
    memcpy(proof, attest_proof, sizeof(proof));
    g_assert_true(attest_proof_is(&sealed, proof, sizeof(proof)));
    g_assert_false(attest_proof_is(&sealed, proof, sizeof(proof) - 1));
    g_assert_false(attest_proof_is(&sealed, proof, 0));
    for (size_t i = 0; i < sizeof(proof); i++) {
        proof[i] ^= 0x80;
        g_assert_false(attest_proof_is(&sealed, proof, sizeof(proof)));
        proof[i] ^= 0x80;
    }
    attest_sealed_clear(&sealed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    g_test_add_func("/owner/attest-seal/report-data", test_report_data);
    g_test_add_func("/owner/attest-seal/known-answer", test_known_answer);
    g_test_add_func("/owner/attest-seal/bound", test_bound);
    g_test_add_func("/owner/attest-seal/bad-key", test_bad_key);
    g_test_add_func("/owner/attest-seal/proof", test_proof);
    return g_test_run();
}
