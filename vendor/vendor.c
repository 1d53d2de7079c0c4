/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a manufacturer, from its directory or from what is compiled in. */

#include "vendor/vendor.h"

#include <string.h>

#include "vendor/rsa.h"
#include "vendor/state.h"
#include "vendor/x509.h"

/* Nothing newer is used */
#define GCRYPT_LEAST_VERSION "1.9.0"

GQuark vendor_error_quark(void)
{
    return g_quark_from_static_string("sevemu-vendor");
}

bool vendor_init(GError **errp)
{
    /* gcry_check_version() is what initializes, so it has to come first */
    if (!gcry_check_version(GCRYPT_LEAST_VERSION)) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                    "libgcrypt %s or later is needed, found %s",
                    GCRYPT_LEAST_VERSION, gcry_check_version(NULL));
        return false;
    }
    if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
        gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
    return true;
}

void vendor_wipe(void *p, size_t len)
{
    volatile uint8_t *byte = p; /* volatile keeps the stores */

    while (len--) {
        *byte++ = 0;
    }
}

/* Reads one file of a directory; @opaque says of which. */
typedef GBytes *FileReader(const void *opaque, const char *name,
                           GError **errp);

static GBytes *read_builtin(const void *opaque, const char *name,
                            GError **errp)
{
    const VendorFile *file = opaque;

    while (strcmp(file->name, name) != 0) {
        file++;                         /* All are there. */
    }
    return g_bytes_new_static(file->data, file->len);
}

static GBytes *read_from_dir(const void *opaque, const char *name,
                             GError **errp)
{
    const char *dir = opaque;
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

static bool set_file_error(const char *dir, const char *name,
                           const char *expected, GError **errp)
{
    g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE, "%s/%s: expected %s",
                dir, name, expected);
    return false;
}

static bool read_cert(FileReader *reader, const void *opaque, const char *dir,
                      const char *name, AmdCert *cert, GError **errp)
{
    g_autoptr(GBytes) bytes = reader(opaque, name, errp);

    if (!bytes) {
        return false;
    }
    if (g_bytes_get_size(bytes) != sizeof(*cert)) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "%s/%s: expected a certificate of %zu bytes, found %zu",
                    dir, name, sizeof(*cert), g_bytes_get_size(bytes));
        return false;
    }
    memcpy(cert, g_bytes_get_data(bytes, NULL), sizeof(*cert));
    return true;
}

static bool read_key(FileReader *reader, const void *opaque, const char *dir,
                     Vendor *vendor, GError **errp)
{
    g_autofree char *path = g_build_filename(dir, VENDOR_ASK_KEY, NULL);
    g_autoptr(GBytes) bytes = reader(opaque, VENDOR_ASK_KEY, errp);

    if (!bytes) {
        return false;
    }
    vendor->ask_key = vendor_rsa_parse(path, g_bytes_get_data(bytes, NULL),
                                       g_bytes_get_size(bytes), errp);
    return vendor->ask_key != NULL;
}

/* The X.509 certificate @name, if there is one; its key is checked later. */
static bool read_der(FileReader *reader, const void *opaque, const char *name,
                     GBytes **der, GError **errp)
{
    g_autoptr(GError) error = NULL;

    *der = reader(opaque, name, &error);
    if (!*der && !g_error_matches(error, VENDOR_ERROR, VENDOR_ERROR_MISSING)) {
        g_propagate_error(errp, g_steal_pointer(&error));
        return false;
    }
    return true;
}

/* X.509 certificates are of the same keys; that they verify is not ours. */
static bool check_x509(const Vendor *vendor, const char *dir, GError **errp)
{
    if (!vendor->ark_der || !vendor->ask_der) {
        return !vendor->ark_der == !vendor->ask_der ||
               set_file_error(dir, vendor->ark_der ? VENDOR_ASK_DER
                                                   : VENDOR_ARK_DER,
                              "a certificate, as there is one of the other "
                              "authority", errp);
    }
    if (!vendor_x509_has_key(vendor->ark_der, &vendor->ark)) {
        return set_file_error(dir, VENDOR_ARK_DER,
                              "an X.509 certificate of the root's key", errp);
    }
    if (!vendor_x509_has_key(vendor->ask_der, &vendor->ask)) {
        return set_file_error(dir, VENDOR_ASK_DER,
                              "an X.509 certificate of the ASK's key", errp);
    }
    return true;
}

/* Does everything that was read belong together? */
static bool check_chain(const Vendor *vendor, const char *dir, GError **errp)
{
    VendorRsaPublic public;

    if (!vendor_cert_valid(&vendor->ark, SEV_USAGE_ARK, &vendor->ark)) {
        return set_file_error(dir, VENDOR_ARK_CERT,
                              "a root that is signed by itself", errp);
    }
    if (!vendor_cert_valid(&vendor->ask, SEV_USAGE_ASK, &vendor->ark)) {
        return set_file_error(dir, VENDOR_ASK_CERT,
                              "an ASK that is signed by the root beside it",
                              errp);
    }
    if (!vendor_rsa_public(vendor->ask_key, &public) ||
        memcmp(public.modulus, vendor->ask.modulus, sizeof(public.modulus))) {
        return set_file_error(dir, VENDOR_ASK_KEY,
                              "the key of the ASK beside it", errp);
    }
    return check_x509(vendor, dir, errp);
}

static Vendor *vendor_open(FileReader *reader, const void *opaque,
                           const char *dir, GError **errp)
{
    g_autoptr(Vendor) vendor = g_new0(Vendor, 1);

    if (!read_cert(reader, opaque, dir, VENDOR_ARK_CERT, &vendor->ark,
                   errp) ||
        !read_cert(reader, opaque, dir, VENDOR_ASK_CERT, &vendor->ask,
                   errp) ||
        !read_key(reader, opaque, dir, vendor, errp) ||
        !read_der(reader, opaque, VENDOR_ARK_DER, &vendor->ark_der, errp) ||
        !read_der(reader, opaque, VENDOR_ASK_DER, &vendor->ask_der, errp) ||
        !check_chain(vendor, dir, errp)) {
        return NULL;
    }
    return g_steal_pointer(&vendor);
}

Vendor *vendor_builtin(GError **errp)
{
    return vendor_open(read_builtin, vendor_builtin_files,
                       "(compiled in) vendor/keys/milan", errp);
}

Vendor *vendor_load(const char *dir, GError **errp)
{
    return vendor_open(read_from_dir, dir, dir, errp);
}

void vendor_free(Vendor *vendor)
{
    if (vendor) {
        gcry_sexp_release(vendor->ask_key);
        g_clear_pointer(&vendor->ark_der, g_bytes_unref);
        g_clear_pointer(&vendor->ask_der, g_bytes_unref);
        g_free(vendor);
    }
}

const AmdCert *vendor_ark(const Vendor *vendor)
{
    return &vendor->ark;
}

const AmdCert *vendor_ask(const Vendor *vendor)
{
    return &vendor->ask;
}

GBytes *vendor_ark_der(const Vendor *vendor)
{
    return vendor->ark_der;
}

GBytes *vendor_ask_der(const Vendor *vendor)
{
    return vendor->ask_der;
}
