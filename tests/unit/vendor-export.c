/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vendor-export KEYS DIR: writes certificates of each product into DIR, for
 * test_x509.py. KEYS has the manufacturers' directories, whose keys the
 * authorities have. Chip and TCB count up from 0x80.
 */

#include <glib.h>
#include <string.h>

#include "vendor/number.h"
#include "vendor/rsa.h"
#include "vendor/snp-cert.h"
#include "vendor/vendor.h"

#define FROM 1603387385         /* 2020-10-22 17:23:05 */

/* The base point of P-384: the public key of 1 */
static const uint8_t point[VENDOR_POINT_SIZE] = {
    0x04,
    0xaa, 0x87, 0xca, 0x22, 0xbe, 0x8b, 0x05, 0x37, 0x8e, 0xb1, 0xc7, 0x1e,
    0xf3, 0x20, 0xad, 0x74, 0x6e, 0x1d, 0x3b, 0x62, 0x8b, 0xa7, 0x9b, 0x98,
    0x59, 0xf7, 0x41, 0xe0, 0x82, 0x54, 0x2a, 0x38, 0x55, 0x02, 0xf2, 0x5d,
    0xbf, 0x55, 0x29, 0x6c, 0x3a, 0x54, 0x5e, 0x38, 0x72, 0x76, 0x0a, 0xb7,
    0x36, 0x17, 0xde, 0x4a, 0x96, 0x26, 0x2c, 0x6f, 0x5d, 0x9e, 0x98, 0xbf,
    0x92, 0x92, 0xdc, 0x29, 0xf8, 0xf4, 0x1d, 0xbd, 0x28, 0x9a, 0x14, 0x7c,
    0xe9, 0xda, 0x31, 0x13, 0xb5, 0xf0, 0xb8, 0xc0, 0x0a, 0x60, 0xb1, 0xce,
    0x1d, 0x7e, 0x81, 0x9d, 0x7a, 0x43, 0x1d, 0x7c, 0x90, 0xea, 0x0e, 0x5f,
};

static const char *const names[] = { "ark", "ask", "asvk" };

/* The private key @name of a product */
static gcry_sexp_t read_key(const char *keys, const VendorProduct *product,
                            const char *name)
{
    g_autofree char *dir = g_ascii_strdown(vendor_product_name(product), -1);
    g_autofree char *path = g_strdup_printf("%s/%s/%s.key", keys, dir, name);
    g_autofree char *text = NULL;
    GError *error = NULL;
    gcry_sexp_t key;
    gsize len;

    g_file_get_contents(path, &text, &len, &error);
    g_assert_no_error(error);
    key = vendor_rsa_parse(path, text, len, &error);
    g_assert_no_error(error);
    return key;
}

static void write_cert(const char *dir, const VendorProduct *product,
                       const char *name, GBytes *der)
{
    g_autofree char *file = g_strdup_printf(
        "%s/%s-%s.der", dir, vendor_product_name(product), name);
    GError *error = NULL;

    g_assert_nonnull(der);
    g_file_set_contents(file, g_bytes_get_data(der, NULL),
                        g_bytes_get_size(der), &error);
    g_assert_no_error(error);
    g_bytes_unref(der);
}

static void export_authorities(const char *dir, const VendorProduct *product,
                               const char *keys)
{
    g_auto(gcry_sexp_t) ark = read_key(keys, product, "ark");

    for (unsigned i = VENDOR_ARK; i <= VENDOR_ASVK; i++) {
        g_auto(gcry_sexp_t) key = read_key(keys, product, names[i]);

        write_cert(dir, product, names[i], vendor_authority_cert(
            product, i, key, ark, FROM, NULL));
    }
}

static void export_leaves(const char *dir, const Vendor *vendor)
{
    const VendorProduct *product = vendor_get_product(vendor);
    VendorSubject subject = { .csp_id = "A cloud of ours" };

    memcpy(subject.point, point, sizeof(point));
    for (unsigned i = 0; i < sizeof(subject.chip_id); i++) {
        subject.chip_id[i] = 0x80 + i;
    }
    for (unsigned i = 0; i < SNP_TCB_SIZE; i++) {
        subject.tcb.byte[i] = 0x7c + i;
    }
    write_cert(dir, product, "vcek",
               vendor_vcek_cert(vendor, &subject, FROM, NULL));
    write_cert(dir, product, "vlek",
               vendor_vlek_cert(vendor, &subject, FROM, NULL));
}

static void export_lists(const char *dir, const Vendor *vendor)
{
    const VendorProduct *product = vendor_get_product(vendor);
    const VendorRevoked revoked[] = {
        { vendor_authority_serial(product, VENDOR_ASK), FROM - 2 },
        { vendor_authority_serial(product, VENDOR_ASVK), FROM - 1 },
    };

    write_cert(dir, product, "crl",
               vendor_crl(vendor, false, NULL, 0, FROM, NULL));
    write_cert(dir, product, "crl.revoked",
               vendor_crl(vendor, true, revoked, G_N_ELEMENTS(revoked), FROM,
                          NULL));
}

int main(int argc, char **argv)
{
    const VendorProduct *product;

    g_assert_cmpint(argc, ==, 3);
    g_assert_true(vendor_init(NULL));
    for (size_t i = 0; (product = vendor_product_at(i)); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Vendor) vendor = vendor_builtin(product, &error);

        g_assert_no_error(error);
        g_assert_true(vendor_product(vendor_product_name(product)) ==
                      product);
        export_authorities(argv[2], product, argv[1]);
        export_leaves(argv[2], vendor);
        export_lists(argv[2], vendor);
    }
    g_assert_null(vendor_product("Rome"));
    return 0;
}
