/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compiled-in certificates, and that damage to each field shows. */

#include <string.h>
#include "vendor/number.h"
#include "vendor/rsa.h"
#include "vendor/vendor.h"

static Vendor *builtin(void)
{
    Vendor *vendor = vendor_builtin(NULL);

    g_assert_nonnull(vendor);
    return vendor;
}

static void test_valid(void)
{
    g_autoptr(Vendor) vendor = builtin();
    const AmdCert *ark = vendor_ark(vendor);
    const AmdCert *ask = vendor_ask(vendor);

    g_assert_true(vendor_cert_valid(ark, SEV_USAGE_ARK, ark));
    g_assert_true(vendor_cert_valid(ask, SEV_USAGE_ASK, ark));
}

/* By these, tools know which product's root it is. */
static void test_key_ids(void)
{
    g_autoptr(Vendor) vendor = builtin();
    const AmdCertHeader *ark = &vendor_ark(vendor)->header;
    const AmdCertHeader *ask = &vendor_ask(vendor)->header;

    g_assert_cmpmem(ark->key_id, 16, "\x94\xc3\x8e\x41\x77\xd0\x47\x92"
                    "\x92\xa7\xae\x67\x1d\x08\x3f\xb6", 16);
    g_assert_cmpmem(ark->certifying_id, 16, ark->key_id, 16);
    g_assert_cmpmem(ask->key_id, 16, "\x73\x47\x8c\x05\xcc\x17\x4b\xfe"
                    "\xb0\x6e\x71\x8f\xa7\x5d\xc3\xc8", 16);
    g_assert_cmpmem(ask->certifying_id, 16, ark->key_id, 16);
}

/* As keys/README.md gives it: another key there would be a surprise. */
static void test_fingerprint(void)
{
    g_autoptr(Vendor) vendor = builtin();
    uint8_t fingerprint[VENDOR_FINGERPRINT_SIZE];
    g_autoptr(GString) text = g_string_new(NULL);

    vendor_fingerprint(vendor_ark(vendor), fingerprint);
    for (size_t i = 0; i < sizeof(fingerprint); i++) {
        g_string_append_printf(text, "%02x", fingerprint[i]);
    }
    g_assert_cmpstr(text->str, ==, "e9de3b4fd931091e23f4677a93dbc9b1"
                    "6988e12e17da72fca122c672094faf0a");
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
