/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SEV certificates (AMD publication 55766, appendix C). What is wrong with
 * a guest owner's one is in test-asp-session.c.
 */

#include "asp-session-vectors.h"
#include "asp-signed.h"

static const uint32_t usages[] = {
    SEV_USAGE_OCA, SEV_USAGE_PEK, SEV_USAGE_PDH, SEV_USAGE_CEK,
};

static AspEcPoint point(void)
{
    AspEcPoint result;

    memcpy(result.x, vector_owner_x, sizeof(result.x));
    memcpy(result.y, vector_owner_y, sizeof(result.y));
    return result;
}

static SevCert make(uint32_t usage)
{
    const AspVersion version = { .major = 1, .minor = 55, .build = 1 };
    AspEcPoint key = point();
    SevCert cert;

    memset(&cert, 0xff, sizeof(cert));
    asp_cert_make(&cert, usage, &version, &key);
    return cert;
}

static void test_make(void)
{
    AspEcPoint key = point(), found;

    for (unsigned i = 0; i < G_N_ELEMENTS(usages); i++) {
        SevCert cert = make(usages[i]);
        bool pek = usages[i] == 0x1002, pdh = usages[i] == 0x1003;

        g_assert_cmpuint(le32_get(cert.version), ==, 1);
        g_assert_cmpuint(cert.api_major, ==, pek ? 1 : 0);
        g_assert_cmpuint(cert.api_minor, ==, pek ? 55 : 0);
        g_assert_cmphex(le32_get(cert.usage), ==, usages[i]);
        g_assert_cmphex(le32_get(cert.algo), ==, pdh ? 3 : 2);
        g_assert_cmphex(le32_get(cert.key.curve), ==, 2);
        g_assert_cmphex(cert.key.x[0], ==, vector_owner_x[47]);
        g_assert_cmphex(cert.key.x[47], ==, vector_owner_x[0]);
        assert_not_signed(&cert, 0);
        assert_not_signed(&cert, 1);
        g_assert_cmpint(asp_cert_check(&cert, usages[i], &found), ==, 0);
        g_assert_cmpmem(&found, sizeof(found), &key, sizeof(key));
    }
}

/* One usage does not pass for another, whoever signed it */
static void test_usage(void)
{
    AspEcPoint key;

    for (unsigned i = 0; i < G_N_ELEMENTS(usages); i++) {
        SevCert cert = make(usages[i]);

        for (unsigned j = 0; j < G_N_ELEMENTS(usages); j++) {
            g_assert_cmpint(asp_cert_check(&cert, usages[j], &key), ==,
                            i == j ? 0 : -1);
        }
    }
}

static void test_sign(void)
{
    SevCert cert = make(SEV_USAGE_PDH), signer = make(SEV_USAGE_PEK);
    AspEcScalar key;

    memcpy(key.byte, vector_owner_scalar, sizeof(key.byte));
    g_assert_cmpint(asp_cert_sign(&cert, 1, SEV_USAGE_PEK, &key), ==, 0);
    assert_not_signed(&cert, 0);
    g_assert_true(cert_is_signed(&cert, 1, &signer));
    g_assert_cmpint(asp_cert_sign(&cert, 0, SEV_USAGE_PEK, &key), ==, 0);
    g_assert_true(cert_is_signed(&cert, 0, &signer));
    /* Neither signature is under the other one */
    g_assert_true(cert_is_signed(&cert, 1, &signer));
}

/* All that comes before the signatures is signed */
static void test_signed_bytes(void)
{
    SevCert cert = make(SEV_USAGE_PDH), signer = make(SEV_USAGE_PEK);
    AspEcScalar key;

    memcpy(key.byte, vector_owner_scalar, sizeof(key.byte));
    g_assert_cmpint(asp_cert_sign(&cert, 0, SEV_USAGE_PEK, &key), ==, 0);
    for (size_t at = 0; at < SEV_CERT_SIGNED_SIZE; at += 61) {
        SevCert bad = cert;

        ((uint8_t *)&bad)[at] ^= 1;
        g_assert_false(cert_is_signed(&bad, 0, &signer));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(asp_crypto_init(), ==, 0);
#define ADD(name, func) g_test_add_func("/asp/cert/" name, func)
    ADD("is-made-in-the-specification-s-form", test_make);
    ADD("is-of-one-usage-alone", test_usage);
    ADD("is-signed-in-either-place", test_sign);
    ADD("is-signed-whole", test_signed_bytes);
    return g_test_run();
}
