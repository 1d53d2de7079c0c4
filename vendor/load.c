/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a manufacturer, from its directory or from what is compiled in. */

#include <string.h>

#include "vendor/rsa.h"
#include "vendor/snp-cert.h"
#include "vendor/state.h"
#include "vendor/x509-read.h"

/* Reads one file of the directory @dir. */
typedef GBytes *FileReader(const char *dir, const char *name, GError **errp);

/* Where to read, and who for */
typedef struct Source {
    FileReader *read;
    const char *dir;            /* as the reader takes it */
    Vendor *vendor;
} Source;

static GBytes *read_builtin(const char *dir, const char *name, GError **errp)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    for (const VendorFile *file = vendor_builtin_files; file->name; file++) {
        if (strcmp(file->name, path) == 0) {
            return g_bytes_new_static(file->data, file->len);
        }
    }
    g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_MISSING,
                "vendor/keys/%s: not compiled in", path);
    return NULL;
}

static GBytes *read_from_dir(const char *dir, const char *name, GError **errp)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) error = NULL;
    char *data;
    gsize len;

    if (!g_file_get_contents(path, &data, &len, &error)) {
        bool missing = g_error_matches(error, G_FILE_ERROR,
                                       G_FILE_ERROR_NOENT);

        /* GLib's message has the name */
        g_set_error_literal(errp, VENDOR_ERROR,
                            missing ? VENDOR_ERROR_MISSING
                                    : VENDOR_ERROR_FILE, error->message);
        return NULL;
    }
    return g_bytes_new_take(data, len);
}

static bool set_file_error(const Vendor *vendor, const char *name,
                           const char *expected, GError **errp)
{
    g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE, "%s/%s: expected %s",
                vendor->dir, name, expected);
    return false;
}

static bool read_cert(const Source *source, const char *name, AmdCert *cert,
                      GError **errp)
{
    g_autoptr(GBytes) bytes = source->read(source->dir, name, errp);

    if (!bytes) {
        return false;
    }
    if (g_bytes_get_size(bytes) != sizeof(*cert)) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "%s/%s: expected a certificate of %zu bytes, found %zu",
                    source->vendor->dir, name, sizeof(*cert),
                    g_bytes_get_size(bytes));
        return false;
    }
    memcpy(cert, g_bytes_get_data(bytes, NULL), sizeof(*cert));
    return true;
}

/* A file that may be missing: *found is then NULL. */
static bool read_optional(const Source *source, const char *name,
                          GBytes **found, GError **errp)
{
    g_autoptr(GError) error = NULL;

    *found = source->read(source->dir, name, &error);
    if (*found ||
        g_error_matches(error, VENDOR_ERROR, VENDOR_ERROR_MISSING)) {
        return true;
    }
    g_propagate_error(errp, g_steal_pointer(&error));
    return false;
}

static bool parse_key(const Source *source, const char *name, GBytes *bytes,
                      gcry_sexp_t *key, GError **errp)
{
    g_autofree char *path = g_build_filename(source->vendor->dir, name, NULL);

    *key = vendor_rsa_parse(path, g_bytes_get_data(bytes, NULL),
                            g_bytes_get_size(bytes), errp);
    return *key != NULL;
}

static bool read_key(const Source *source, const char *name, gcry_sexp_t *key,
                     GError **errp)
{
    g_autoptr(GBytes) bytes = source->read(source->dir, name, errp);

    return bytes && parse_key(source, name, bytes, key, errp);
}

static bool read_optional_key(const Source *source, const char *name,
                              gcry_sexp_t *key, GError **errp)
{
    g_autoptr(GBytes) bytes = NULL;

    return read_optional(source, name, &bytes, errp) &&
           (!bytes || parse_key(source, name, bytes, key, errp));
}

static bool read_all(const Source *source, GError **errp)
{
    Vendor *vendor = source->vendor;

    return read_cert(source, VENDOR_ARK_CERT, &vendor->ark, errp) &&
           read_cert(source, VENDOR_ASK_CERT, &vendor->ask, errp) &&
           read_key(source, VENDOR_ASK_KEY, &vendor->ask_key, errp) &&
           read_optional(source, VENDOR_ARK_DER, &vendor->ark_der, errp) &&
           read_optional(source, VENDOR_ASK_DER, &vendor->ask_der, errp) &&
           read_optional(source, VENDOR_ASVK_DER, &vendor->asvk_der, errp) &&
           read_optional_key(source, VENDOR_ARK_KEY, &vendor->ark_key,
                             errp) &&
           read_optional_key(source, VENDOR_ASVK_KEY, &vendor->asvk_key,
                             errp);
}

/* The product that the root's certificate names; Milan's had none at first. */
static bool find_product(Vendor *vendor, GError **errp)
{
    g_autofree char *found = NULL;
    const VendorProduct *product;

    vendor->product = vendor_product("Milan");
    if (!vendor->ark_der) {
        return true;
    }
    found = vendor_x509_subject(vendor->ark_der);
    for (size_t i = 0; (product = vendor_product_at(i)); i++) {
        g_autofree char *name = vendor_authority_name(product, VENDOR_ARK);

        if (g_strcmp0(found, name) == 0) {
            vendor->product = product;
            return true;
        }
    }
    return set_file_error(vendor, VENDOR_ARK_DER,
                          "an X.509 certificate of ARK-Milan, ARK-Genoa or "
                          "ARK-Turin", errp);
}

/* Two files that are there together, or neither */
static bool check_pair(const Vendor *vendor, bool first, const char *one,
                       bool second, const char *other, const char *what,
                       GError **errp)
{
    return first == second ||
           set_file_error(vendor, first ? other : one, what, errp);
}

/* Is @der @authority's certificate, with this key, signed by the root? */
static bool check_x509(const Vendor *vendor, const char *file, GBytes *der,
                       VendorAuthority authority,
                       const uint8_t modulus[SEV_RSA_MAX_SIZE],
                       const char *whose, GError **errp)
{
    g_autofree char *name = vendor_authority_name(vendor->product, authority);
    g_autofree char *subject = vendor_x509_subject(der);
    g_autofree char *expected = NULL;

    if (!vendor_x509_has_key(der, modulus)) {
        expected = g_strdup_printf("an X.509 certificate of %s key", whose);
    } else if (g_strcmp0(subject, name) != 0) {
        expected = g_strdup_printf("the X.509 certificate of %s", name);
    } else if (!vendor_x509_is_signed(der, vendor->ark.modulus)) {
        expected = g_strdup("a certificate that is signed by the root beside "
                            "it");
    }
    return !expected || set_file_error(vendor, file, expected, errp);
}

static bool check_asvk(const Vendor *vendor, GError **errp)
{
    VendorRsaPublic public;

    if (!check_pair(vendor, vendor->asvk_key, VENDOR_ASVK_KEY,
                    vendor->asvk_der, VENDOR_ASVK_DER,
                    "one, as there is the other half of the ASVK", errp)) {
        return false;
    }
    if (!vendor->asvk_key) {
        return true;
    }
    if (!vendor->ark_der) {
        return set_file_error(vendor, VENDOR_ARK_DER,
                              "a certificate, as there is one of the ASVK",
                              errp);
    }
    g_assert(vendor_rsa_public(vendor->asvk_key, &public));
    return check_x509(vendor, VENDOR_ASVK_DER, vendor->asvk_der, VENDOR_ASVK,
                      public.modulus, "the ASVK's", errp);
}

static bool check_authorities(const Vendor *vendor, GError **errp)
{
    if (!check_pair(vendor, vendor->ark_der, VENDOR_ARK_DER, vendor->ask_der,
                    VENDOR_ASK_DER, "a certificate, as there is one of the "
                    "other authority", errp)) {
        return false;
    }
    return (!vendor->ark_der ||
            (check_x509(vendor, VENDOR_ARK_DER, vendor->ark_der, VENDOR_ARK,
                        vendor->ark.modulus, "the root's", errp) &&
             check_x509(vendor, VENDOR_ASK_DER, vendor->ask_der, VENDOR_ASK,
                        vendor->ask.modulus, "the ASK's", errp))) &&
           check_asvk(vendor, errp);
}

static bool check_key(const Vendor *vendor, const char *file, gcry_sexp_t key,
                      const AmdCert *cert, const char *expected,
                      GError **errp)
{
    VendorRsaPublic public;

    return (vendor_rsa_public(key, &public) &&
            memcmp(public.modulus, cert->modulus,
                   sizeof(public.modulus)) == 0) ||
           set_file_error(vendor, file, expected, errp);
}

/* Does everything that was read belong together? */
static bool check_chain(const Vendor *vendor, GError **errp)
{
    if (!vendor_cert_valid(&vendor->ark, SEV_USAGE_ARK, &vendor->ark)) {
        return set_file_error(vendor, VENDOR_ARK_CERT,
                              "a root that is signed by itself", errp);
    }
    if (!vendor_cert_valid(&vendor->ask, SEV_USAGE_ASK, &vendor->ark)) {
        return set_file_error(vendor, VENDOR_ASK_CERT,
                              "an ASK that is signed by the root beside it",
                              errp);
    }
    return check_key(vendor, VENDOR_ASK_KEY, vendor->ask_key, &vendor->ask,
                     "the key of the ASK beside it", errp) &&
           (!vendor->ark_key ||
            check_key(vendor, VENDOR_ARK_KEY, vendor->ark_key, &vendor->ark,
                      "the key of the root beside it", errp)) &&
           check_authorities(vendor, errp);
}

static Vendor *vendor_open(FileReader *read, const char *dir,
                           const char *shown, GError **errp)
{
    g_autoptr(Vendor) vendor = g_new0(Vendor, 1);
    const Source source = { read, dir, vendor };

    vendor->dir = g_strdup(shown);
    if (!read_all(&source, errp) || !find_product(vendor, errp) ||
        !check_chain(vendor, errp)) {
        return NULL;
    }
    return g_steal_pointer(&vendor);
}

Vendor *vendor_builtin(const VendorProduct *product, GError **errp)
{
    g_autofree char *dir = g_ascii_strdown(vendor_product_name(product), -1);
    g_autofree char *shown = g_strconcat("(compiled in) vendor/keys/", dir,
                                         NULL);

    return vendor_open(read_builtin, dir, shown, errp);
}

Vendor *vendor_load(const char *dir, GError **errp)
{
    return vendor_open(read_from_dir, dir, dir, errp);
}
