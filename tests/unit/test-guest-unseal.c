/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's opening of what its owner sealed, by known answers. */

#define _GNU_SOURCE
#include <glib.h>
#include <string.h>
#include "attest-vectors.h"
#include "guest/unseal.h"

static UnsealKey *known_key(void)
{
    return unseal_key_from(attest_guest_scalar, attest_guest_key);
}

static Sealed sealed_new(void)
{
    Sealed sealed = {
        .data = g_memdup2(attest_sealed, sizeof(attest_sealed)),
        .size = sizeof(attest_sealed),
    };

    memcpy(sealed.nonce, attest_nonce, sizeof(sealed.nonce));
    memcpy(&sealed.report, attest_report, sizeof(sealed.report));
    memcpy(sealed.owner_key, attest_owner_key, sizeof(sealed.owner_key));
    return sealed;
}

static void test_report_data(void)
{
    UnsealKey *key = known_key();
    uint8_t data[ATTEST_HASH_SIZE];

    unseal_report_data(key, attest_nonce, data);
    g_assert_cmpmem(data, sizeof(data), attest_report_data_is,
                    sizeof(attest_report_data_is));
    unseal_key_free(key);
}

static void test_known_answer(void)
{
    UnsealKey *key = known_key();
    Sealed sealed = sealed_new();
    uint8_t proof[ATTEST_HASH_SIZE];

    g_assert_true(unseal(key, &sealed, proof));
    g_assert_cmpmem(sealed.data, sealed.size - ATTEST_TAG_SIZE,
                    attest_secrets, sizeof(attest_secrets));
    g_assert_cmpmem(proof, sizeof(proof), attest_proof, sizeof(attest_proof));
    g_free(sealed.data);
    unseal_key_free(key);
}

/* Nothing of the secrets is there then. */
static void assert_does_not_open(const UnsealKey *key, Sealed *sealed)
{
    uint8_t proof[ATTEST_HASH_SIZE];

    g_assert_false(unseal(key, sealed, proof));
    g_assert_null(memmem(sealed->data, sealed->size, attest_secrets, 8));
    g_free(sealed->data);
}

static void test_each_part_wrong(void)
{
    UnsealKey *key = known_key();
    static const size_t places[] = {
        offsetof(Sealed, nonce),
        offsetof(Sealed, report),
        offsetof(Sealed, report) + sizeof(SnpReport) - 1,
        offsetof(Sealed, owner_key),
        offsetof(Sealed, owner_key) + 1,
        offsetof(Sealed, owner_key) + ATTEST_KEY_SIZE - 1,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        Sealed sealed = sealed_new();

        ((uint8_t *)&sealed)[places[i]] ^= 1;
        assert_does_not_open(key, &sealed);
    }
    for (size_t i = 0; i < sizeof(attest_sealed); i++) {
        Sealed sealed = sealed_new();

        sealed.data[i] ^= 1;
        assert_does_not_open(key, &sealed);
    }
    unseal_key_free(key);
}

static void test_short(void)
{
    UnsealKey *key = known_key();

    for (size_t size = 0; size < sizeof(attest_sealed); size++) {
        Sealed sealed = sealed_new();

        sealed.size = size;
        assert_does_not_open(key, &sealed);
    }
    unseal_key_free(key);
}

/* Points of a small order, or of none: as if (0, 0) and the like were keys */
static void test_no_points(void)
{
    UnsealKey *key = known_key();
    Sealed sealed = sealed_new();

    memset(sealed.owner_key + 1, 0, ATTEST_KEY_SIZE - 1);
    assert_does_not_open(key, &sealed);
    sealed = sealed_new();
    memset(sealed.owner_key + 1, 0xff, ATTEST_KEY_SIZE - 1);
    assert_does_not_open(key, &sealed);
    unseal_key_free(key);
}

static void test_another_key(void)
{
    UnsealKey *one = unseal_key_new(), *other = unseal_key_new();
    Sealed sealed = sealed_new();

    g_assert_nonnull(one);
    g_assert_nonnull(other);
    g_assert_cmpint(memcmp(unseal_public(one), unseal_public(other),
                           ATTEST_KEY_SIZE), !=, 0);
    g_assert_cmpint(unseal_public(one)[0], ==, ATTEST_KEY_UNCOMPRESSED);
    assert_does_not_open(one, &sealed);
    unseal_key_free(one);
    unseal_key_free(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(unseal_init());
    g_test_add_func("/guest/unseal/report-data", test_report_data);
    g_test_add_func("/guest/unseal/known-answer", test_known_answer);
    g_test_add_func("/guest/unseal/each-part-wrong", test_each_part_wrong);
    g_test_add_func("/guest/unseal/short", test_short);
    g_test_add_func("/guest/unseal/no-points", test_no_points);
    g_test_add_func("/guest/unseal/another-key", test_another_key);
    return g_test_run();
}
