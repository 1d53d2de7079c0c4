/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The secure processor's cryptography, against published answers.
 */

#include <glib.h>
#include <string.h>

#include "asp/crypto.h"

/*
 * The measurement of a guest without memory, policy 0, under firmware 0.18
 * build 15: the example of --calc_measurement in the README of AMD's
 * sev-tool.
 */
static const uint8_t amd_tik[16] = {
    0x66, 0x32, 0x0d, 0xb7, 0x31, 0x58, 0xa3, 0x5a,
    0x25, 0x5d, 0x05, 0x17, 0x58, 0xe9, 0x5e, 0xd4,
};

static const uint8_t amd_mnonce[16] = {
    0x4f, 0xbe, 0x0b, 0xed, 0xba, 0xd6, 0xc8, 0x6a,
    0xe8, 0xf6, 0x89, 0x71, 0xd1, 0x03, 0xe5, 0x54,
};

static const uint8_t amd_measure[32] = {
    0x6f, 0xaa, 0xb2, 0xda, 0xae, 0x38, 0x9b, 0xcd,
    0x34, 0x05, 0xa0, 0x5d, 0x6c, 0xaf, 0xe3, 0x3c,
    0x04, 0x14, 0xf7, 0xbe, 0xdd, 0x0b, 0xae, 0x19,
    0xba, 0x5f, 0x38, 0xb7, 0xfd, 0x16, 0x64, 0xea,
};

static void test_measurement(void)
{
    SevMeasureInput input = {
        .context = 0x04, .api_minor = 0x12, .build = 0x0f,
    };
    const AspBytes key = { amd_tik, sizeof(amd_tik) };
    uint8_t mac[SEV_MAC_SIZE];
    gcry_md_hd_t hash;

    g_assert_cmpint(asp_sha256_open(&hash), ==, 0);
    g_assert_cmpint(asp_sha256_read(hash, input.digest), ==, 0);
    gcry_md_close(hash);
    memcpy(input.mnonce, amd_mnonce, sizeof(amd_mnonce));
    /* Whole, and split at every point */
    for (size_t at = 0; at <= sizeof(input); at++) {
        AspBytes pieces[] = {
            { &input, at },
            { (const uint8_t *)&input + at, sizeof(input) - at },
        };

        g_assert_cmpint(asp_hmac(key, pieces, 2, mac), ==, 0);
        g_assert_cmpmem(mac, sizeof(mac), amd_measure, sizeof(amd_measure));
    }
}

/* FIPS 180-4's example "abc"; reading leaves the hash open */
static void test_sha256(void)
{
    static const uint8_t abc[SEV_DIGEST_SIZE] = {
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
        0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
        0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
        0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    };
    uint8_t digest[SEV_DIGEST_SIZE];
    gcry_md_hd_t hash;

    g_assert_cmpint(asp_sha256_open(&hash), ==, 0);
    for (const char *c = "abc"; *c; c++) {
        g_assert_cmpint(asp_sha256_read(hash, digest), ==, 0);
        g_assert_true(memcmp(digest, abc, sizeof(abc)));
        gcry_md_write(hash, c, 1);
    }
    g_assert_cmpint(asp_sha256_read(hash, digest), ==, 0);
    g_assert_cmpmem(digest, sizeof(digest), abc, sizeof(abc));
    gcry_md_close(hash);
}

/* NIST SP 800-38A, F.5.2, CTR-AES128.Decrypt, first two blocks */
static void test_aes_ctr(void)
{
    static const uint8_t key[16] = {
        0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
        0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c,
    };
    static const uint8_t counter[16] = {
        0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
        0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff,
    };
    static const uint8_t plain[32] = {
        0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
        0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a,
        0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c,
        0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51,
    };
    uint8_t data[32] = {
        0x87, 0x4d, 0x61, 0x91, 0xb6, 0x20, 0xe3, 0x26,
        0x1b, 0xef, 0x68, 0x64, 0x99, 0x0d, 0xb6, 0xce,
        0x98, 0x06, 0xf6, 0x6b, 0x79, 0x70, 0xfd, 0xff,
        0x86, 0x17, 0x18, 0x7b, 0xb9, 0xff, 0xfd, 0xff,
    };

    g_assert_cmpint(asp_aes_ctr(key, counter, data, sizeof(data)), ==, 0);
    g_assert_cmpmem(data, sizeof(data), plain, sizeof(plain));
}

static void test_equal(void)
{
    uint8_t other[32];

    for (unsigned bit = 0; bit < 256; bit++) {
        memcpy(other, amd_measure, sizeof(other));
        other[bit / 8] ^= 1u << bit % 8;
        g_assert_false(asp_equal(other, amd_measure, sizeof(other)));
    }
    memcpy(other, amd_measure, sizeof(other));
    g_assert_true(asp_equal(other, amd_measure, sizeof(other)));
}

static void test_wipe(void)
{
    uint8_t data[5] = { 1, 2, 3, 4, 5 };
    static const uint8_t wiped[5] = { 1, 0, 0, 0, 5 };

    asp_wipe(data + 1, 3);
    asp_wipe(data, 0);
    g_assert_cmpmem(data, sizeof(data), wiped, sizeof(wiped));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(asp_crypto_init(), ==, 0);
    g_assert_cmpint(asp_crypto_init(), ==, 0);
    g_test_add_func("/asp/crypto/AMD-s-example-of-a-measurement",
                    test_measurement);
    g_test_add_func("/asp/crypto/sha256-can-be-read-and-continued",
                    test_sha256);
    g_test_add_func("/asp/crypto/aes-ctr-gives-NIST-s-example", test_aes_ctr);
    g_test_add_func("/asp/crypto/one-differing-bit-is-not-equal", test_equal);
    g_test_add_func("/asp/crypto/wipe-takes-what-it-is-given", test_wipe);
    return g_test_run();
}
