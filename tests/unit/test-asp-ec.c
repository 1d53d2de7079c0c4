/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The elliptic curve, against published answers and OpenSSL's.
 */

#include <glib.h>
#include <string.h>

#include "asp-session-vectors.h"
#include "asp/crypto.h"
#include "asp/ec.h"

/* RFC 6979, appendix A.2.6: P-384, SHA-256, message "sample" */
static const AspEcScalar rfc_key = { {
    0x6b, 0x9d, 0x3d, 0xad, 0x2e, 0x1b, 0x8c, 0x1c,
    0x05, 0xb1, 0x98, 0x75, 0xb6, 0x65, 0x9f, 0x4d,
    0xe2, 0x3c, 0x3b, 0x66, 0x7b, 0xf2, 0x97, 0xba,
    0x9a, 0xa4, 0x77, 0x40, 0x78, 0x71, 0x37, 0xd8,
    0x96, 0xd5, 0x72, 0x4e, 0x4c, 0x70, 0xa8, 0x25,
    0xf8, 0x72, 0xc9, 0xea, 0x60, 0xd2, 0xed, 0xf5,
} };

static const AspEcSignature rfc_signature = {
    .r = {
        0x21, 0xb1, 0x3d, 0x1e, 0x01, 0x3c, 0x7f, 0xa1,
        0x39, 0x2d, 0x03, 0xc5, 0xf9, 0x9a, 0xf8, 0xb3,
        0x0c, 0x57, 0x0c, 0x6f, 0x98, 0xd4, 0xea, 0x8e,
        0x35, 0x4b, 0x63, 0xa2, 0x1d, 0x3d, 0xaa, 0x33,
        0xbd, 0xe1, 0xe8, 0x88, 0xe6, 0x33, 0x55, 0xd9,
        0x2f, 0xa2, 0xb3, 0xc3, 0x6d, 0x8f, 0xb2, 0xcd,
    },
    .s = {
        0xf3, 0xaa, 0x44, 0x3f, 0xb1, 0x07, 0x74, 0x5b,
        0xf4, 0xbd, 0x77, 0xcb, 0x38, 0x91, 0x67, 0x46,
        0x32, 0x06, 0x8a, 0x10, 0xca, 0x67, 0xe3, 0xd4,
        0x5d, 0xb2, 0x26, 0x6f, 0xa7, 0xd1, 0xfe, 0xeb,
        0xef, 0xdc, 0x63, 0xec, 0xcd, 0x1a, 0xc4, 0x2e,
        0xc0, 0xcb, 0x86, 0x68, 0xa4, 0xfa, 0x0a, 0xb0,
    },
};

static AspEcScalar scalar(const uint8_t byte[SEV_P384_SIZE])
{
    AspEcScalar result;

    memcpy(result.byte, byte, sizeof(result.byte));
    return result;
}

static AspEcPoint point(const uint8_t x[SEV_P384_SIZE],
                        const uint8_t y[SEV_P384_SIZE])
{
    AspEcPoint result;

    memcpy(result.x, x, sizeof(result.x));
    memcpy(result.y, y, sizeof(result.y));
    return result;
}

static void test_public(void)
{
    static const struct {
        const uint8_t *scalar, *x, *y;
    } keys[] = {
        { vector_oca_scalar, vector_oca_x, vector_oca_y },
        { vector_pek_scalar, vector_pek_x, vector_pek_y },
        { vector_pdh_scalar, vector_pdh_x, vector_pdh_y },
        { vector_cek_scalar, vector_cek_x, vector_cek_y },
        { vector_owner_scalar, vector_owner_x, vector_owner_y },
        { vector_short_scalar, vector_short_x, vector_short_y },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        AspEcScalar key = scalar(keys[i].scalar);
        AspEcPoint expected = point(keys[i].x, keys[i].y), made;

        g_assert_cmpint(asp_ec_public(&key, &made), ==, 0);
        g_assert_cmpmem(&made, sizeof(made), &expected, sizeof(expected));
        g_assert_cmpint(asp_ec_check(&made), ==, 0);
    }
}

static void test_scalar_range(void)
{
    AspEcScalar key = { { 0 } };
    AspEcPoint made;
    uint8_t x[SEV_P384_SIZE];
    AspEcPoint owner = point(vector_owner_x, vector_owner_y);

    g_assert_cmpint(asp_ec_public(&key, &made), ==, -1);
    g_assert_cmpint(asp_ec_dh(&key, &owner, x), ==, -1);
    key.byte[47] = 1;
    g_assert_cmpint(asp_ec_public(&key, &made), ==, 0);
    key = scalar(vector_order);
    g_assert_cmpint(asp_ec_public(&key, &made), ==, -1);
    g_assert_cmpint(asp_ec_dh(&key, &owner, x), ==, -1);
    key.byte[47]--;
    g_assert_cmpint(asp_ec_public(&key, &made), ==, 0);
    memset(key.byte, 0xff, sizeof(key.byte));
    g_assert_cmpint(asp_ec_public(&key, &made), ==, -1);
}

/* One of X, or Y, that is one more is no point of the curve any more */
static void test_not_on_curve(void)
{
    AspEcPoint bad = { { 0 }, { 0 } };
    AspEcScalar key = scalar(vector_pdh_scalar);
    uint8_t x[SEV_P384_SIZE];

    g_assert_cmpint(asp_ec_check(&bad), ==, -1);
    for (unsigned i = 0; i < SEV_P384_SIZE; i++) {
        bad = point(vector_owner_x, vector_owner_y);
        bad.x[i] ^= 1;
        g_assert_cmpint(asp_ec_check(&bad), ==, -1);
        bad = point(vector_owner_x, vector_owner_y);
        bad.y[i] ^= 0x80;
        g_assert_cmpint(asp_ec_check(&bad), ==, -1);
    }
    g_assert_cmpint(asp_ec_dh(&key, &bad, x), ==, -1);
    g_assert_cmpint(asp_ec_verify(&bad, x, &rfc_signature), ==, -1);
}

static void test_coordinate_range(void)
{
    AspEcPoint small = point(vector_small_x, vector_small_y);
    AspEcPoint past = point(vector_past_x, vector_small_y);
    AspEcPoint largest;

    g_assert_cmpint(asp_ec_check(&small), ==, 0);
    g_assert_cmpint(asp_ec_check(&past), ==, -1);
    memset(&largest, 0xff, sizeof(largest));
    g_assert_cmpint(asp_ec_check(&largest), ==, -1);
}

static void test_dh(void)
{
    AspEcScalar pdh = scalar(vector_pdh_scalar);
    AspEcScalar owner = scalar(vector_owner_scalar);
    AspEcPoint pdh_point = point(vector_pdh_x, vector_pdh_y);
    AspEcPoint owner_point = point(vector_owner_x, vector_owner_y);
    uint8_t z[SEV_P384_SIZE];

    g_assert_cmpint(asp_ec_dh(&pdh, &owner_point, z), ==, 0);
    g_assert_cmpmem(z, sizeof(z), vector_z, sizeof(vector_z));
    memset(z, 0, sizeof(z));
    g_assert_cmpint(asp_ec_dh(&owner, &pdh_point, z), ==, 0);
    g_assert_cmpmem(z, sizeof(z), vector_z, sizeof(vector_z));
}

static void test_sign(void)
{
    uint8_t digest[SEV_DIGEST_SIZE];
    AspEcSignature made;

    asp_sha256("sample", strlen("sample"), digest);
    g_assert_cmpint(asp_ec_sign(&rfc_key, digest, &made), ==, 0);
    g_assert_cmpmem(&made, sizeof(made), &rfc_signature,
                    sizeof(rfc_signature));
}

static void test_verify(void)
{
    uint8_t digest[SEV_DIGEST_SIZE];
    AspEcSignature bad = rfc_signature;
    AspEcPoint key, other = point(vector_owner_x, vector_owner_y);

    asp_sha256("sample", strlen("sample"), digest);
    g_assert_cmpint(asp_ec_public(&rfc_key, &key), ==, 0);
    g_assert_cmpint(asp_ec_verify(&key, digest, &rfc_signature), ==, 0);
    g_assert_cmpint(asp_ec_verify(&other, digest, &rfc_signature), ==, -1);
    bad.r[47] ^= 1;
    g_assert_cmpint(asp_ec_verify(&key, digest, &bad), ==, -1);
    bad = rfc_signature;
    bad.s[0] ^= 1;
    g_assert_cmpint(asp_ec_verify(&key, digest, &bad), ==, -1);
    memset(&bad, 0, sizeof(bad));
    g_assert_cmpint(asp_ec_verify(&key, digest, &bad), ==, -1);
    memset(&bad, 0xff, sizeof(bad));
    g_assert_cmpint(asp_ec_verify(&key, digest, &bad), ==, -1);
    digest[0] ^= 1;
    g_assert_cmpint(asp_ec_verify(&key, digest, &rfc_signature), ==, -1);
}

/* One signature in 256 has a number that begins with a zero byte */
static void test_short_numbers(void)
{
    AspEcPoint key;
    AspEcSignature made;
    unsigned found = 0;

    g_assert_cmpint(asp_ec_public(&rfc_key, &key), ==, 0);
    for (unsigned i = 0; found < 2 && i < 2000; i++) {
        uint8_t digest[SEV_DIGEST_SIZE];

        asp_sha256(&i, sizeof(i), digest);
        g_assert_cmpint(asp_ec_sign(&rfc_key, digest, &made), ==, 0);
        if (made.r[0] == 0 || made.s[0] == 0) {
            found++;
            g_assert_cmpint(asp_ec_verify(&key, digest, &made), ==, 0);
        }
    }
    g_assert_cmpuint(found, ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(asp_crypto_init(), ==, 0);
#define ADD(name, func) g_test_add_func("/asp/ec/" name, func)
    ADD("public-keys-are-OpenSSL-s", test_public);
    ADD("a-scalar-out-of-range-is-no-key", test_scalar_range);
    ADD("a-point-beside-the-curve-is-refused", test_not_on_curve);
    ADD("a-coordinate-past-the-prime-is-refused", test_coordinate_range);
    ADD("both-sides-agree-on-what-OpenSSL-does", test_dh);
    ADD("signing-gives-RFC-6979-s-example", test_sign);
    ADD("verifying-believes-nothing-else", test_verify);
    ADD("numbers-with-leading-zeros-keep-their-place", test_short_numbers);
    return g_test_run();
}
