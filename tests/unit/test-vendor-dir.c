/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A manufacturer's directory: read, made anew, and refused when damaged. */

#define _GNU_SOURCE             /* memmem() */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include "vendor/vendor.h"

static const char *const names[] = {
    "ark.cert", "ark.der", "ark.key", "ask.cert", "ask.der", "ask.key",
    "asvk.der", "asvk.key",
};

typedef struct Fixture {
    char *dir;
} Fixture;

static char *path_of(Fixture *f, const char *name)
{
    return g_build_filename(f->dir, name, NULL);
}

/* The file @name of keys/@product, as @to */
static void copy(Fixture *f, const char *product, const char *name,
                 const char *to)
{
    g_autofree char *from = g_test_build_filename(
        G_TEST_DIST, "..", "..", "vendor", "keys", product, name, NULL);
    g_autofree char *path = path_of(f, to);
    g_autofree char *contents = NULL;
    gsize len;

    g_assert_true(g_file_get_contents(from, &contents, &len, NULL));
    g_assert_true(g_file_set_contents(path, contents, len, NULL));
}

/* A copy of keys/milan */
static void setup(Fixture *f, gconstpointer data)
{
    f->dir = g_dir_make_tmp("test-vendor-XXXXXX", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        copy(f, "milan", names[i], names[i]);
    }
}

static void clear(Fixture *f)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = path_of(f, names[i]);

        g_unlink(path);
    }
}

static void teardown(Fixture *f, gconstpointer data)
{
    clear(f);
    g_assert_cmpint(g_rmdir(f->dir), ==, 0);
    g_free(f->dir);
}

static void refused(Fixture *f, const char *name, const char *expected)
{
    g_autofree char *message = g_strdup_printf("%s/%s: expected %s", f->dir,
                                               name, expected);
    g_autoptr(GError) error = NULL;

    g_assert_null(vendor_load(f->dir, &error));
    g_assert_error(error, VENDOR_ERROR, VENDOR_ERROR_FILE);
    g_assert_cmpstr(error->message, ==, message);
}

static void test_load(Fixture *f, gconstpointer data)
{
    g_autoptr(Vendor) loaded = vendor_load(f->dir, NULL);
    g_autoptr(Vendor) builtin = vendor_builtin(vendor_product("Milan"), NULL);

    g_assert_nonnull(loaded);
    g_assert_cmpmem(vendor_ark(loaded), sizeof(AmdCert),
                    vendor_ark(builtin), sizeof(AmdCert));
    g_assert_cmpmem(vendor_ask(loaded), sizeof(AmdCert),
                    vendor_ask(builtin), sizeof(AmdCert));
}

static const VendorSubject subject = { .csp_id = "A cloud of ours" };

/* What can't be made says so, and which file it is for want of. */
static void lacks(Fixture *f, GBytes *made, const char *name, GError *error)
{
    g_autofree char *path = path_of(f, name);

    g_assert_null(made);
    g_assert_error(error, VENDOR_ERROR, VENDOR_ERROR_MISSING);
    g_assert_true(g_str_has_prefix(error->message, path));
    g_error_free(error);
}

static void makes(GBytes *made, GError *error)
{
    g_assert_no_error(error);
    g_assert_nonnull(made);
    g_bytes_unref(made);
}

/* The root's key is for lists of what it has revoked. */
static void test_without_ark_key(Fixture *f, gconstpointer data)
{
    g_autofree char *path = path_of(f, "ark.key");
    g_autoptr(Vendor) vendor = NULL;
    GError *error = NULL;
    GBytes *made;

    g_unlink(path);
    vendor = vendor_load(f->dir, NULL);
    g_assert_nonnull(vendor);
    made = vendor_vlek_cert(vendor, &subject, 0, &error);
    makes(made, error);
    made = vendor_crl(vendor, false, NULL, 0, 0, &error);
    lacks(f, made, "ark.key", error);
}

/* Older directories have none; half of one is a mistake. */
static void test_without_asvk(Fixture *f, gconstpointer data)
{
    g_autofree char *key = path_of(f, "asvk.key");
    g_autofree char *der = path_of(f, "asvk.der");
    g_autoptr(Vendor) vendor = NULL;
    GError *error = NULL;
    GBytes *made;

    g_unlink(key);
    refused(f, "asvk.key", "one, as there is the other half of the ASVK");
    g_unlink(der);
    vendor = vendor_load(f->dir, NULL);
    g_assert_nonnull(vendor);
    g_assert_null(vendor_asvk_der(vendor));
    made = vendor_vcek_cert(vendor, &subject, 0, &error);
    makes(made, error);
    made = vendor_crl(vendor, false, NULL, 0, 0, &error);
    makes(made, error);
    made = vendor_vlek_cert(vendor, &subject, 0, &error);
    lacks(f, made, "asvk.key", error);
    error = NULL;
    made = vendor_crl(vendor, true, NULL, 0, 0, &error);
    lacks(f, made, "asvk.der", error);
    copy(f, "milan", "asvk.key", "asvk.key");
    refused(f, "asvk.der", "one, as there is the other half of the ASVK");
}

/* An ASVK of another root; a root's key that is another's */
static void test_strangers(Fixture *f, gconstpointer data)
{
    copy(f, "genoa", "asvk.der", "asvk.der");
    refused(f, "asvk.der", "an X.509 certificate of the ASVK's key");
    copy(f, "genoa", "asvk.key", "asvk.key");
    refused(f, "asvk.der", "the X.509 certificate of SEV-VLEK-Milan");
    copy(f, "genoa", "ark.key", "ark.key");
    refused(f, "ark.key", "the key of the root beside it");
}

/* The product is the one that the root's certificate names. */
static void test_product(Fixture *f, gconstpointer data)
{
    g_autoptr(Vendor) vendor = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        copy(f, "turin", names[i], names[i]);
    }
    vendor = vendor_load(f->dir, NULL);
    g_assert_nonnull(vendor);
    g_assert_true(vendor_get_product(vendor) == vendor_product("Turin"));
}

/* A bit of what is signed, where it is of no key and no name: the serial */
static void test_unsigned(Fixture *f, gconstpointer data)
{
    static const uint8_t serial[] = { 0x02, 0x03, 0x01, 0x01, 0x01 };
    g_autofree char *path = path_of(f, "asvk.der");
    g_autofree char *contents = NULL;
    char *found;
    gsize len;

    g_assert_true(g_file_get_contents(path, &contents, &len, NULL));
    found = memmem(contents, len, serial, sizeof(serial));
    g_assert_nonnull(found);
    found[4] ^= 2;
    g_assert_true(g_file_set_contents(path, contents, len, NULL));
    refused(f, "asvk.der",
            "a certificate that is signed by the root beside it");
}

static void test_missing(Fixture *f, gconstpointer data)
{
    const char *name = data;
    g_autofree char *path = path_of(f, name);
    g_autoptr(GError) error = NULL;

    g_unlink(path);
    g_assert_null(vendor_load(f->dir, &error));
    g_assert_error(error, VENDOR_ERROR, VENDOR_ERROR_MISSING);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, "No such file"));
}

/* Older directories have no X.509 certificates; one alone is not theirs. */
static void test_without_x509(Fixture *f, gconstpointer data)
{
    g_autofree char *ark = path_of(f, "ark.der");
    g_autofree char *ask = path_of(f, "ask.der");
    g_autofree char *asvk = path_of(f, "asvk.der");
    g_autofree char *asvk_key = path_of(f, "asvk.key");
    g_autoptr(Vendor) vendor = NULL;
    GError *error = NULL;
    GBytes *made;

    g_unlink(ask);
    refused(f, "ask.der", "a certificate, as there is one of the other "
            "authority");
    g_unlink(ark);
    refused(f, "ark.der", "a certificate, as there is one of the ASVK");
    g_unlink(asvk);
    g_unlink(asvk_key);
    vendor = vendor_load(f->dir, NULL);
    g_assert_nonnull(vendor);
    g_assert_null(vendor_ark_der(vendor));
    g_assert_null(vendor_ask_der(vendor));
    g_assert_true(vendor_get_product(vendor) == vendor_product("Milan"));
    made = vendor_vcek_cert(vendor, &subject, 0, &error);
    lacks(f, made, "ask.der", error);
    error = NULL;
    made = vendor_crl(vendor, false, NULL, 0, 0, &error);
    lacks(f, made, "ark.der", error);
}

#define NO_ROOT \
    "an X.509 certificate of ARK-Milan, ARK-Genoa or ARK-Turin"

/* That of the other authority, and none */
static void test_wrong_x509(Fixture *f, gconstpointer data)
{
    g_autofree char *ark = path_of(f, "ark.der");
    g_autofree char *ask = path_of(f, "ask.der");
    g_autofree char *contents = NULL;
    gsize len;

    g_assert_true(g_file_get_contents(ark, &contents, &len, NULL));
    g_assert_true(g_file_set_contents(ask, contents, len, NULL));
    refused(f, "ask.der", "an X.509 certificate of the ASK's key");
    g_assert_true(g_file_set_contents(ark, contents, len - 1, NULL));
    refused(f, "ark.der", NO_ROOT);
    g_assert_true(g_file_set_contents(ark, "", 0, NULL));
    refused(f, "ark.der", NO_ROOT);
    copy(f, "milan", "ask.der", "ark.der");
    refused(f, "ark.der", NO_ROOT);
}

static void rewrite(Fixture *f, const char *name, const char *from)
{
    g_autofree char *to_path = path_of(f, name);
    g_autofree char *from_path = path_of(f, from);
    g_autofree char *contents = NULL;
    gsize len;

    g_assert_true(g_file_get_contents(from_path, &contents, &len, NULL));
    g_assert_true(g_file_set_contents(to_path, contents, len, NULL));
}

static void test_mixed_up(Fixture *f, gconstpointer data)
{
    rewrite(f, "ask.key", "ark.key");
    refused(f, "ask.key", "the key of the ASK beside it");
    rewrite(f, "ask.cert", "ark.cert");
    refused(f, "ask.cert", "an ASK that is signed by the root beside it");
}

static void test_no_root(Fixture *f, gconstpointer data)
{
    rewrite(f, "ark.cert", "ask.cert");
    refused(f, "ark.cert", "a root that is signed by itself");
}

static void test_bad_key(Fixture *f, gconstpointer data)
{
    static const char *const texts[] = {
        "", "(", "()", "(private-key)", "(private-key (rsa (n #03#)))",
        "(private-key (rsa (n #00C5#)(e #03#)(d #01#)(p #0B#)(q #0D#)))",
        "(private-key (ecc (curve \"NIST P-384\")(d #01#)))",
        "-----BEGIN PRIVATE KEY-----\n",
    };
    g_autofree char *path = path_of(f, "ask.key");

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("%s", texts[i]);
        g_assert_true(g_file_set_contents(path, texts[i], -1, NULL));
        refused(f, "ask.key",
                "a private RSA-4096 key as an S-expression");
    }
}

/* Of the right size, but its numbers don't fit together */
static void test_unsound_key(Fixture *f, gconstpointer data)
{
    g_autofree char *path = path_of(f, "ask.key");
    g_autofree char *text = NULL;
    char *digit;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    digit = strstr(text, "(p #") + 40;
    *digit = *digit == '0' ? '1' : '0';
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    refused(f, "ask.key", "a private RSA-4096 key as an S-expression");
}

static void test_bad_size(Fixture *f, gconstpointer data)
{
    g_autofree char *path = path_of(f, "ask.cert");
    char bytes[sizeof(AmdCert) + 1] = { 1 };

    g_assert_true(g_file_set_contents(path, bytes, sizeof(bytes), NULL));
    refused(f, "ask.cert", "a certificate of 1600 bytes, found 1601");
    g_assert_true(g_file_set_contents(path, bytes, 0, NULL));
    refused(f, "ask.cert", "a certificate of 1600 bytes, found 0");
}

static unsigned mode_of(Fixture *f, const char *name)
{
    g_autofree char *path = path_of(f, name);
    GStatBuf st;

    g_assert_cmpint(g_stat(path, &st), ==, 0);
    return st.st_mode & 07777;
}

/* Takes seconds: three RSA keys are made. */
static void test_new(Fixture *f, gconstpointer data)
{
    const VendorProduct *product = vendor_product(data);
    g_autoptr(Vendor) made = NULL;
    g_autoptr(Vendor) builtin = vendor_builtin(product, NULL);
    g_autoptr(GError) error = NULL;
    mode_t before = umask(0);
    uint8_t ours[VENDOR_FINGERPRINT_SIZE], theirs[VENDOR_FINGERPRINT_SIZE];

    g_assert_false(vendor_new(f->dir, product, &error));     /* it exists */
    g_assert_nonnull(strstr(error->message, f->dir));
    clear(f);
    g_rmdir(f->dir);
    g_assert_true(vendor_new(f->dir, product, NULL));
    umask(before);

    made = vendor_load(f->dir, NULL);
    g_assert_nonnull(made);
    g_assert_cmpuint(mode_of(f, "."), ==, 0700);
    g_assert_cmpuint(mode_of(f, "ark.key"), ==, 0600);
    g_assert_cmpuint(mode_of(f, "ask.key"), ==, 0600);
    g_assert_cmpuint(mode_of(f, "asvk.key"), ==, 0600);
    g_assert_true(vendor_get_product(made) == product);
    g_assert_nonnull(vendor_asvk_der(made));
    vendor_fingerprint(vendor_ark(made), ours);
    vendor_fingerprint(vendor_ark(builtin), theirs);
    g_assert_cmpint(memcmp(ours, theirs, sizeof(ours)), !=, 0);
    g_assert_cmpmem(vendor_ark(made)->header.key_id, 16,
                    vendor_ark(builtin)->header.key_id, 16);
}

#define ADD(name, data, func) \
    g_test_add("/vendor/dir/" name, Fixture, data, setup, func, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(vendor_init(NULL));
    ADD("load", NULL, test_load);
    ADD("without-ark-key", NULL, test_without_ark_key);
    ADD("missing-ark-cert", "ark.cert", test_missing);
    ADD("missing-ask-cert", "ask.cert", test_missing);
    ADD("missing-ask-key", "ask.key", test_missing);
    ADD("mixed-up", NULL, test_mixed_up);
    ADD("no-root", NULL, test_no_root);
    ADD("bad-key", NULL, test_bad_key);
    ADD("unsound-key", NULL, test_unsound_key);
    ADD("bad-size", NULL, test_bad_size);
    ADD("without-x509", NULL, test_without_x509);
    ADD("wrong-x509", NULL, test_wrong_x509);
    ADD("without-asvk", NULL, test_without_asvk);
    ADD("strangers", NULL, test_strangers);
    ADD("product", NULL, test_product);
    ADD("unsigned", NULL, test_unsigned);
    ADD("new-milan", "Milan", test_new);
    ADD("new-turin", "Turin", test_new);
    return g_test_run();
}
