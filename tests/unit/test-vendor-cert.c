/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compiled-in certificates, and that damage to each field shows. */

#include <string.h>
#include "vendor/number.h"
#include "vendor/rsa.h"
#include "vendor/vendor.h"

static Vendor *builtin_of(const char *product)
{
    g_autoptr(GError) error = NULL;
    Vendor *vendor = vendor_builtin(vendor_product(product), &error);

    g_assert_no_error(error);
    return vendor;
}

static Vendor *builtin(void)
{
    return builtin_of("Milan");
}

/* By the ids, tools know which product's root it is. */
static const struct {
    const char *product;
    const char *ark_id, *ask_id;
    const char *fingerprint;    /* of the ARK, as keys/README.md gives it */
} expected[] = {
    { "Milan", "94c38e4177d0479292a7ae671d083fb6",
      "73478c05cc174bfeb06e718fa75dc3c8",
      "e9de3b4fd931091e23f4677a93dbc9b16988e12e17da72fca122c672094faf0a" },
    { "Genoa", "9f9d4a8fe761456599f6946c4c010f3a",
      "acbb4ad21acc436fb3e932f812cd01b0",
      "9e58bea169255bf2df156a78a3f15f9a0748afffaec720bde6e45d85c1a10316" },
    { "Turin", "d05c3a8bde484904b49552422ceb3942",
      "15051693f7304d65a527b4a7f3f7cb77",
      "c6192c388943f48fdf56f2f2ce1abe36b7a3eae87c1a651c741eab6c7abb891c" },
};

static char *hex(const uint8_t *bytes, size_t size)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < size; i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    return g_string_free(text, FALSE);
}

static void test_valid(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(Vendor) vendor = builtin_of(expected[i].product);
        const AmdCert *ark = vendor_ark(vendor);

        g_assert_cmpstr(vendor_product_name(vendor_get_product(vendor)), ==,
                        expected[i].product);
        g_assert_true(vendor_cert_valid(ark, SEV_USAGE_ARK, ark));
        g_assert_true(vendor_cert_valid(vendor_ask(vendor), SEV_USAGE_ASK,
                                        ark));
        g_assert_nonnull(vendor_ark_der(vendor));
        g_assert_nonnull(vendor_ask_der(vendor));
        g_assert_nonnull(vendor_asvk_der(vendor));
    }
}

static void test_key_ids(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(Vendor) vendor = builtin_of(expected[i].product);
        const AmdCertHeader *ark = &vendor_ark(vendor)->header;
        const AmdCertHeader *ask = &vendor_ask(vendor)->header;
        g_autofree char *ark_id = hex(ark->key_id, 16);
        g_autofree char *ask_id = hex(ask->key_id, 16);

        g_assert_cmpstr(ark_id, ==, expected[i].ark_id);
        g_assert_cmpmem(ark->certifying_id, 16, ark->key_id, 16);
        g_assert_cmpstr(ask_id, ==, expected[i].ask_id);
        g_assert_cmpmem(ask->certifying_id, 16, ark->key_id, 16);
    }
}

/* Another key there would be a surprise. */
static void test_fingerprint(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(Vendor) vendor = builtin_of(expected[i].product);
        uint8_t fingerprint[VENDOR_FINGERPRINT_SIZE];
        g_autofree char *text = NULL;

        vendor_fingerprint(vendor_ark(vendor), fingerprint);
        text = hex(fingerprint, sizeof(fingerprint));
        g_assert_cmpstr(text, ==, expected[i].fingerprint);
    }
}

static void test_wrong_place(void)
{
    g_autoptr(Vendor) vendor = builtin();
    const AmdCert *ark = vendor_ark(vendor);
    const AmdCert *ask = vendor_ask(vendor);

    g_assert_false(vendor_cert_valid(ark, SEV_USAGE_ASK, ark));
    g_assert_false(vendor_cert_valid(ask, SEV_USAGE_ARK, ark));
    g_assert_false(vendor_cert_valid(ask, SEV_USAGE_ASK, ask));
    g_assert_false(vendor_cert_valid(ark, SEV_USAGE_ARK, ask));
}

/* One byte of each field, and its first and last where it is long */
static const size_t damaged[] = {
    G_STRUCT_OFFSET(AmdCert, header.version),
    G_STRUCT_OFFSET(AmdCert, header.key_id) + 15,
    G_STRUCT_OFFSET(AmdCert, header.certifying_id),
    G_STRUCT_OFFSET(AmdCert, header.usage),
    G_STRUCT_OFFSET(AmdCert, header.reserved) + 7,
    G_STRUCT_OFFSET(AmdCert, header.exponent_bits) + 1,
    G_STRUCT_OFFSET(AmdCert, header.modulus_bits) + 1,
    G_STRUCT_OFFSET(AmdCert, exponent),
    G_STRUCT_OFFSET(AmdCert, exponent) + SEV_RSA_MAX_SIZE - 1,
    G_STRUCT_OFFSET(AmdCert, modulus),
    G_STRUCT_OFFSET(AmdCert, modulus) + SEV_RSA_MAX_SIZE - 1,
    G_STRUCT_OFFSET(AmdCert, signature),
    G_STRUCT_OFFSET(AmdCert, signature) + SEV_RSA_MAX_SIZE - 1,
};

static void test_damaged(void)
{
    g_autoptr(Vendor) vendor = builtin();

    for (size_t i = 0; i < G_N_ELEMENTS(damaged); i++) {
        AmdCert ark = *vendor_ark(vendor);
        AmdCert ask = *vendor_ask(vendor);

        g_test_message("byte 0x%zx", damaged[i]);
        ((uint8_t *)&ark)[damaged[i]] ^= 1;
        ((uint8_t *)&ask)[damaged[i]] ^= 1;
        g_assert_false(vendor_cert_valid(&ark, SEV_USAGE_ARK, &ark));
        g_assert_false(vendor_cert_valid(&ask, SEV_USAGE_ASK,
                                         vendor_ark(vendor)));
    }
}

/* The root's private key */
static gcry_sexp_t ark_key(void)
{
    g_autofree char *path = g_test_build_filename(
        G_TEST_DIST, "..", "..", "vendor", "keys", "milan", "ark.key", NULL);
    g_autofree char *text = NULL;
    gcry_sexp_t key;
    gsize len;

    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    key = vendor_rsa_parse(path, text, len, NULL);
    g_assert_nonnull(key);
    return key;
}

/* Wrong in one byte of the header, and yet signed */
static void test_signed_but_wrong(void)
{
    static const size_t signed_size = G_STRUCT_OFFSET(AmdCert, signature);
    g_autoptr(Vendor) vendor = builtin();
    g_auto(gcry_sexp_t) key = ark_key();

    for (size_t at = 0; at < sizeof(AmdCertHeader); at++) {
        AmdCert ask = *vendor_ask(vendor);
        bool is_id = at >= G_STRUCT_OFFSET(AmdCertHeader, key_id) &&
                     at < G_STRUCT_OFFSET(AmdCertHeader, certifying_id);

        g_test_message("byte 0x%zx", at);
        ((uint8_t *)&ask)[at] ^= 0x20;
        g_assert_true(vendor_rsa_sign(key, &ask, signed_size, ask.signature,
                                      NULL));
        /* Any id will do for a key that signs no certificates of AMD form */
        g_assert_true(vendor_cert_valid(&ask, SEV_USAGE_ASK,
                                        vendor_ark(vendor)) == is_id);
    }
}

/* A signing key that arithmetic can't use: no crash, and no verdict */
static void test_degenerate_key(void)
{
    g_autoptr(Vendor) vendor = builtin();
    AmdCert ark = *vendor_ark(vendor);
    const AmdCert *ask = vendor_ask(vendor);

    ark.modulus[0] &= ~1;       /* even */
    g_assert_false(vendor_cert_valid(ask, SEV_USAGE_ASK, &ark));
    memset(ark.modulus, 0, sizeof(ark.modulus));
    g_assert_false(vendor_cert_valid(ask, SEV_USAGE_ASK, &ark));
    memset(ark.modulus, 0xff, sizeof(ark.modulus));
    memset(ark.exponent, 0xff, sizeof(ark.exponent));
    g_assert_false(vendor_cert_valid(ask, SEV_USAGE_ASK, &ark));
    memset(ark.exponent, 0, sizeof(ark.exponent));
    g_assert_false(vendor_cert_valid(ask, SEV_USAGE_ASK, &ark));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vendor_init(NULL));
    g_test_add_func("/vendor/cert/valid", test_valid);
    g_test_add_func("/vendor/cert/key-ids", test_key_ids);
    g_test_add_func("/vendor/cert/fingerprint", test_fingerprint);
    g_test_add_func("/vendor/cert/wrong-place", test_wrong_place);
    g_test_add_func("/vendor/cert/damaged", test_damaged);
    g_test_add_func("/vendor/cert/signed-but-wrong", test_signed_but_wrong);
    g_test_add_func("/vendor/cert/degenerate-key", test_degenerate_key);
    return g_test_run();
}
