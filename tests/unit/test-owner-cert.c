/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Certificates and chains: what is read, what is refused, and that flaws
 * are seen. The manufacturer's are those of vendor/keys.
 */

#include <string.h>
#include "guest-owner/chain/chain-verify.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/owner.h"

typedef struct Fixture {
    P384Pair pair;
    SevCert cert;
    CaCert ark, ask;
} Fixture;

static void load(const char *name, CaCert *cert)
{
    g_autofree char *path = g_test_build_filename(
        G_TEST_DIST, "..", "..", "vendor", "keys", "milan", name, NULL);
    g_autofree char *data = NULL;
    gsize len;

    g_assert_true(g_file_get_contents(path, &data, &len, NULL));
    g_assert_true(ca_cert_read((void *)data, len, name, cert, NULL));
    g_assert_cmpuint(cert->size, ==, len);
}

static void setup(Fixture *f, gconstpointer data)
{
    p384_generate(&f->pair);
    sev_cert_make(&f->cert, SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256, &f->pair);
    load("ark.cert", &f->ark);
    load("ask.cert", &f->ask);
}

static void teardown(Fixture *f, gconstpointer data)
{
}

static void test_good(Fixture *f, gconstpointer data)
{
    g_assert_null(sev_cert_flaw(&f->cert));
    g_assert_null(sev_cert_link_flaw(&f->cert, &f->cert));
    g_assert_null(ca_cert_flaw(&f->ark));
    g_assert_null(ca_cert_link_flaw(&f->ark, &f->ark));
    g_assert_null(ca_cert_link_flaw(&f->ark, &f->ask));
    g_assert_nonnull(ca_cert_link_flaw(&f->ask, &f->ark));
}

/* A bit of any byte that is signed, or is the signature, breaks the link. */
static void test_every_byte_of_sev(Fixture *f, gconstpointer data)
{
    const SevCertSignature *sig = &f->cert.sig[0];
    size_t end = (const uint8_t *)sig->ecdsa.s + SEV_EC_FIELD_SIZE -
                 (const uint8_t *)&f->cert;

    for (size_t i = 0; i < end; i++) {
        SevCert bad = f->cert;

        ((uint8_t *)&bad)[i] ^= 0x10;
        g_assert_nonnull(sev_cert_link_flaw(&f->cert, &bad));
    }
}

static void test_every_byte_of_ca(Fixture *f, gconstpointer data)
{
    for (size_t i = 0; i < f->ask.size; i += 7) {
        CaCert bad = f->ask;

        bad.raw[i] ^= 0x10;
        g_assert_nonnull(ca_cert_link_flaw(&f->ark, &bad));
    }
}

static void test_signature_in_second_place(Fixture *f, gconstpointer data)
{
    SevCertSignature first = f->cert.sig[0];

    f->cert.sig[0] = f->cert.sig[1];
    f->cert.sig[1] = first;
    g_assert_null(sev_cert_link_flaw(&f->cert, &f->cert));
    f->cert.sig[1].usage = le32_of(SEV_USAGE_CEK);
    g_assert_cmpstr(sev_cert_link_flaw(&f->cert, &f->cert), ==,
                    "there is no such signature");
}

static void test_key_flaws(Fixture *f, gconstpointer data)
{
    SevCert bad = f->cert;

    bad.key.curve = le32_of(SEV_CURVE_P256);
    g_assert_cmpstr(sev_cert_flaw(&bad), ==, "its curve is not P-384");
    bad = f->cert;
    bad.algo = le32_of(SEV_ALGO_ECDH_SHA256);
    g_assert_cmpstr(sev_cert_flaw(&bad), ==,
                    "its algorithm does not fit its usage");
    bad = f->cert;
    bad.key.y[0] ^= 1;
    g_assert_cmpstr(sev_cert_flaw(&bad), ==,
                    "its key is not a point of the curve");
    bad = f->cert;
    bad.key.x[SEV_P384_SIZE] = 1;       /* beyond 384 bits */
    g_assert_cmpstr(sev_cert_flaw(&bad), ==,
                    "its key is not a point of the curve");
    memset(bad.key.x, 0xff, SEV_P384_SIZE);
    bad.key.x[SEV_P384_SIZE] = 0;       /* beyond the prime */
    g_assert_nonnull(sev_cert_flaw(&bad));
    memset(&bad.key.x, 0, 2 * SEV_EC_FIELD_SIZE);
    g_assert_nonnull(sev_cert_flaw(&bad));
}

/* Of an RSA key whose numbers libgcrypt must not see */
static void test_ca_key_flaws(Fixture *f, gconstpointer data)
{
    uint8_t *exponent = f->ark.raw + sizeof(AmdCertHeader);
    uint8_t *modulus = exponent + f->ark.number_size;
    CaCert good = f->ark;

    exponent[0] = 0;                    /* even */
    g_assert_nonnull(ca_cert_flaw(&f->ark));
    f->ark = good;
    memset(exponent, 0, f->ark.number_size);
    exponent[0] = 1;
    g_assert_nonnull(ca_cert_flaw(&f->ark));
    exponent[8] = 1;                    /* 65 bits */
    g_assert_nonnull(ca_cert_flaw(&f->ark));
    f->ark = good;
    memset(modulus, 0, f->ark.number_size);
    g_assert_nonnull(ca_cert_flaw(&f->ark));
    g_assert_nonnull(ca_cert_link_flaw(&f->ark, &f->ask));
    f->ark = good;
    modulus[0] &= 0xfe;
    g_assert_nonnull(ca_cert_flaw(&f->ark));
}

static void expect_error(GError *error, const char *message)
{
    g_assert_error(error, OWNER_ERROR, OWNER_EXIT_USAGE);
    g_assert_cmpstr(error->message, ==, message);
    g_error_free(error);
}

static void test_not_a_certificate(Fixture *f, gconstpointer data)
{
    GError *error = NULL;
    SevCert out;

    g_assert_false(sev_cert_read((void *)&f->cert, 2083, SEV_USAGE_OCA, "f",
                                 &out, &error));
    expect_error(error, "f: 2083 bytes left for a certificate (OCA), which "
                        "has 2084");
    error = NULL;
    g_assert_false(sev_cert_read((void *)&f->cert, 2084, SEV_USAGE_PEK, "f",
                                 &out, &error));
    expect_error(error, "f: expected the certificate of a PEK, found one of "
                        "usage 0x1001 (OCA)");
    error = NULL;
    f->cert.version = le32_of(0);
    g_assert_false(sev_cert_read((void *)&f->cert, 2084, SEV_USAGE_OCA, "f",
                                 &out, &error));
    expect_error(error, "f: expected a certificate (OCA) of version 1, found "
                        "0x0");
}

static void test_not_a_ca_certificate(Fixture *f, gconstpointer data)
{
    GError *error = NULL;
    CaCert out;

    g_assert_false(ca_cert_read(f->ark.raw, 63, "f", &out, &error));
    expect_error(error, "f: 63 bytes left for the certificate of an ASK or "
                        "ARK");
    error = NULL;
    g_assert_false(ca_cert_read(f->ark.raw, 1599, "f", &out, &error));
    expect_error(error, "f: 1599 bytes left for the ARK, which has 1600");
    error = NULL;
    f->ark.raw[0x3c] = 8;               /* 4104 bits of modulus */
    g_assert_false(ca_cert_read(f->ark.raw, 1600, "f", &out, &error));
    expect_error(error, "f: the ARK has numbers of 4096 and 4104 bits, "
                        "expected twice 2048 or 4096");
    error = NULL;
    f->ark.raw[0x24] = 0x12;
    g_assert_false(ca_cert_read(f->ark.raw, 1600, "f", &out, &error));
    expect_error(error, "f: expected the certificate of an ASK or ARK, found "
                        "one of usage 0x12");
}

static void test_roots(Fixture *f, gconstpointer data)
{
    RootVerdict verdict;

    root_judge(&f->ark, ROOT_OF_PLATFORM, &verdict);
    g_assert_cmpstr(verdict.name, ==, "sevemu test root (not AMD)");
    g_assert_true(verdict.trusted);
    root_judge(&f->ark, ROOT_OF_CHAIN, &verdict);
    g_assert_false(verdict.trusted);
    root_judge(&f->ark, ROOT_GIVEN, &verdict);
    g_assert_true(verdict.trusted);

    f->ark.raw[0x240] ^= 2;             /* another key, the same id */
    root_judge(&f->ark, ROOT_OF_PLATFORM, &verdict);
    g_assert_cmpstr(verdict.name, ==,
                    "unknown root with the key id of AMD Milan");
    g_assert_false(verdict.trusted);
    root_judge(&f->ark, ROOT_GIVEN, &verdict);
    g_assert_true(verdict.trusted);
    f->ark.key_id[0] ^= 1;
    root_judge(&f->ark, ROOT_OF_PLATFORM, &verdict);
    g_assert_cmpstr(verdict.name, ==, "unknown root");
    g_assert_false(verdict.trusted);
}

/* Those of all products are ours, and none is AMD's. */
static void test_our_roots(Fixture *f, gconstpointer data)
{
    static const char *const products[] = { "milan", "genoa", "turin" };

    for (size_t i = 0; i < G_N_ELEMENTS(products); i++) {
        g_autofree char *path = g_test_build_filename(
            G_TEST_DIST, "..", "..", "vendor", "keys", products[i],
            "ark.cert", NULL);
        g_autofree char *data = NULL;
        RootVerdict verdict;
        CaCert ark;
        gsize len;

        g_test_message("%s", products[i]);
        g_assert_true(g_file_get_contents(path, &data, &len, NULL));
        g_assert_true(ca_cert_read((uint8_t *)data, len, path, &ark, NULL));
        root_judge(&ark, ROOT_OF_CHAIN, &verdict);
        g_assert_cmpstr(verdict.name, ==, "sevemu test root (not AMD)");
        g_assert_false(verdict.trusted);
    }
}

static void add(const char *path,
                void (*test)(Fixture *f, gconstpointer data))
{
    g_test_add(path, Fixture, NULL, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    add("/owner/cert/good", test_good);
    add("/owner/cert/every-byte-of-sev", test_every_byte_of_sev);
    add("/owner/cert/every-byte-of-ca", test_every_byte_of_ca);
    add("/owner/cert/second-place", test_signature_in_second_place);
    add("/owner/cert/key-flaws", test_key_flaws);
    add("/owner/cert/ca-key-flaws", test_ca_key_flaws);
    add("/owner/cert/not-a-certificate", test_not_a_certificate);
    add("/owner/cert/not-a-ca-certificate", test_not_a_ca_certificate);
    add("/owner/cert/roots", test_roots);
    add("/owner/cert/our-roots", test_our_roots);
    return g_test_run();
}
