/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chips from the factory: their identity and the signature of their CEK. */

#include <string.h>
#include "vendor/vendor.h"

/* Order of P-384, less one */
static const uint8_t last_scalar[VENDOR_SCALAR_SIZE] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2,
    0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x72,
};

/* The base point of P-384 (FIPS 186-4, D.1.2.4), big-endian */
static const uint8_t base_x[SEV_P384_SIZE] = {
    0xaa, 0x87, 0xca, 0x22, 0xbe, 0x8b, 0x05, 0x37, 0x8e, 0xb1, 0xc7, 0x1e,
    0xf3, 0x20, 0xad, 0x74, 0x6e, 0x1d, 0x3b, 0x62, 0x8b, 0xa7, 0x9b, 0x98,
    0x59, 0xf7, 0x41, 0xe0, 0x82, 0x54, 0x2a, 0x38, 0x55, 0x02, 0xf2, 0x5d,
    0xbf, 0x55, 0x29, 0x6c, 0x3a, 0x54, 0x5e, 0x38, 0x72, 0x76, 0x0a, 0xb7,
};

static void make(VendorChip *chip)
{
    g_autoptr(Vendor) vendor = vendor_builtin(vendor_product("Milan"), NULL);

    g_assert_nonnull(vendor);
    g_assert_true(vendor_make_chip(vendor, chip, NULL));
}

static void test_signed(void)
{
    g_autoptr(Vendor) vendor = vendor_builtin(vendor_product("Milan"), NULL);
    VendorChip chip;

    make(&chip);
    g_assert_cmpuint(le32_get(chip.cek.version), ==, 1);
    g_assert_cmpuint(le32_get(chip.cek.usage), ==, SEV_USAGE_CEK);
    g_assert_cmpuint(le32_get(chip.cek.algo), ==, SEV_ALGO_ECDSA_SHA256);
    g_assert_cmpuint(le32_get(chip.cek.sig[0].usage), ==, SEV_USAGE_ASK);
    g_assert_cmpuint(le32_get(chip.cek.sig[0].algo), ==,
                     SEV_ALGO_RSA_SHA384);
    g_assert_cmpuint(le32_get(chip.cek.sig[1].usage), ==,
                     SEV_USAGE_NONE);
    g_assert_true(vendor_cek_valid(&chip.cek, vendor_ask(vendor)));
    g_assert_false(vendor_cek_valid(&chip.cek, vendor_ark(vendor)));
}

/* The certificate's key is that of the scalar in the chip's fuses. */
static void test_key_of_fuses(void)
{
    VendorChip chip;
    SevCert cek;

    make(&chip);
    g_assert_true(vendor_cek(chip.cek_scalar, &cek));
    g_assert_cmpmem(&cek, SEV_CERT_SIGNED_SIZE, &chip.cek,
                    SEV_CERT_SIGNED_SIZE);
}

static void test_each_its_own(void)
{
    VendorChip a, b;

    make(&a);
    make(&b);
    g_assert_cmpint(memcmp(a.chip_id, b.chip_id, sizeof(a.chip_id)), !=, 0);
    g_assert_cmpint(memcmp(a.cek_scalar, b.cek_scalar, sizeof(a.cek_scalar)),
                    !=, 0);
    g_assert_cmpint(memcmp(&a.cek, &b.cek, SEV_CERT_SIGNED_SIZE), !=, 0);
}

/* A Turin's id has 8 bytes; Genoa's fills all of them, as Milan's. */
static void test_id_size(void)
{
    static const uint8_t zeros[sizeof(((VendorChip *)NULL)->chip_id)];
    g_autoptr(Vendor) genoa = vendor_builtin(vendor_product("Genoa"), NULL);
    g_autoptr(Vendor) turin = vendor_builtin(vendor_product("Turin"), NULL);
    VendorChip chip;

    memset(&chip, 0xff, sizeof(chip));
    g_assert_true(vendor_make_chip(turin, &chip, NULL));
    g_assert_cmpint(memcmp(chip.chip_id, zeros, 8), !=, 0);
    g_assert_cmpmem(chip.chip_id + 8, sizeof(zeros) - 8, zeros,
                    sizeof(zeros) - 8);
    g_assert_true(vendor_cek_valid(&chip.cek, vendor_ask(turin)));
    g_assert_true(vendor_make_chip(genoa, &chip, NULL));
    g_assert_cmpint(memcmp(chip.chip_id + 8, zeros, sizeof(zeros) - 8), !=, 0);
    g_assert_false(vendor_cek_valid(&chip.cek, vendor_ask(turin)));
}

static void test_damaged(void)
{
    static const size_t bytes[] = {
        0, 4, 5, 6, 8, 0xc, 0x10, 0x14, 0x5c, 0x413,    /* what is signed */
        0x414, 0x418, 0x41c, 0x61b,                     /* its signature */
    };
    g_autoptr(Vendor) vendor = vendor_builtin(vendor_product("Milan"), NULL);
    VendorChip chip;

    make(&chip);
    for (size_t i = 0; i < G_N_ELEMENTS(bytes); i++) {
        SevCert cek = chip.cek;

        g_test_message("byte 0x%zx", bytes[i]);
        ((uint8_t *)&cek)[bytes[i]] ^= 1;
        g_assert_false(vendor_cek_valid(&cek, vendor_ask(vendor)));
    }
}

/* Whatever the ASK has signed, only a CEK is one. */
static void test_signed_other(void)
{
    g_autoptr(Vendor) vendor = vendor_builtin(vendor_product("Milan"), NULL);
    VendorChip chip;

    make(&chip);
    chip.cek.usage = le32_of(SEV_USAGE_PEK);
    g_assert_true(vendor_sign_cek(vendor, &chip.cek, NULL));
    g_assert_false(vendor_cek_valid(&chip.cek, vendor_ask(vendor)));
}

/* Scalar 1 has the base point for its key; the last one the same X. */
static void test_known_scalars(void)
{
    uint8_t one[VENDOR_SCALAR_SIZE] = { [VENDOR_SCALAR_SIZE - 1] = 1 };
    uint8_t x[SEV_P384_SIZE];
    SevCert first, last;

    g_assert_true(vendor_cek(one, &first));
    g_assert_true(vendor_cek(last_scalar, &last));
    for (size_t i = 0; i < sizeof(x); i++) {
        x[i] = first.key.x[sizeof(x) - 1 - i];
    }
    g_assert_cmpmem(x, sizeof(x), base_x, sizeof(base_x));
    g_assert_cmpmem(first.key.x, sizeof(first.key.x),
                    last.key.x, sizeof(last.key.x));
    g_assert_cmpint(memcmp(first.key.y, last.key.y, sizeof(first.key.y)),
                    !=, 0);
}

static void test_bad_scalars(void)
{
    uint8_t scalar[VENDOR_SCALAR_SIZE] = { 0 };
    SevCert cek;

    g_assert_false(vendor_cek(scalar, &cek));
    memcpy(scalar, last_scalar, sizeof(scalar));
    scalar[sizeof(scalar) - 1]++;       /* the order */
    g_assert_false(vendor_cek(scalar, &cek));
    memset(scalar, 0xff, sizeof(scalar));
    g_assert_false(vendor_cek(scalar, &cek));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vendor_init(NULL));
    g_test_add_func("/vendor/chip/signed", test_signed);
    g_test_add_func("/vendor/chip/key-of-fuses", test_key_of_fuses);
    g_test_add_func("/vendor/chip/each-its-own", test_each_its_own);
    g_test_add_func("/vendor/chip/id-size", test_id_size);
    g_test_add_func("/vendor/chip/damaged", test_damaged);
    g_test_add_func("/vendor/chip/signed-other", test_signed_other);
    g_test_add_func("/vendor/chip/known-scalars", test_known_scalars);
    g_test_add_func("/vendor/chip/bad-scalars", test_bad_scalars);
    return g_test_run();
}
