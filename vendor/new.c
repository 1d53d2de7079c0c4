/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds the key ceremony: writes another manufacturer into a new directory. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "vendor/amd-cert.h"
#include "vendor/number.h"
#include "vendor/rsa.h"
#include "vendor/snp-cert.h"
#include "vendor/state.h"

static bool set_errno_error(const char *path, GError **errp)
{
    g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE, "%s: %s", path,
                g_strerror(errno));
    return false;
}

static bool write_file(const char *dir, const char *name, mode_t mode,
                       const void *data, size_t len, GError **errp)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    bool ok = file && fchmod(fd, mode) == 0 &&
              fwrite(data, 1, len, file) == len;

    /* What is buffered may fail only here */
    if (file && fclose(file) != 0) {
        ok = false;
    }
    return ok || set_errno_error(path, errp);
}

static bool write_key(const char *dir, const char *name, gcry_sexp_t key,
                      GError **errp)
{
    char *text = vendor_rsa_print(key);
    bool ok = write_file(dir, name, 0600, text, strlen(text), errp);

    vendor_wipe(text, strlen(text));
    g_free(text);
    return ok;
}

/* The same authorities in X.509, from now on */
static bool write_x509(const char *dir, gcry_sexp_t ark_key,
                       gcry_sexp_t ask_key, GError **errp)
{
    const VendorProduct *product = vendor_product("Milan");
    int64_t now = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(GBytes) ark = vendor_authority_cert(product, VENDOR_ARK, ark_key,
                                                  ark_key, now, errp);
    g_autoptr(GBytes) ask = ark ? vendor_authority_cert(
        product, VENDOR_ASK, ask_key, ark_key, now, errp) : NULL;

    return ask &&
           write_file(dir, VENDOR_ARK_DER, 0644, g_bytes_get_data(ark, NULL),
                      g_bytes_get_size(ark), errp) &&
           write_file(dir, VENDOR_ASK_DER, 0644, g_bytes_get_data(ask, NULL),
                      g_bytes_get_size(ask), errp);
}

static bool fill(const char *dir, GError **errp)
{
    g_auto(gcry_sexp_t) ark_key = NULL;
    g_auto(gcry_sexp_t) ask_key = NULL;
    AmdCert ark, ask;

    ark_key = vendor_rsa_generate(errp);
    ask_key = ark_key ? vendor_rsa_generate(errp) : NULL;
    return ask_key &&
           vendor_cert_make(&ark, SEV_USAGE_ARK, ark_key, ark_key, errp) &&
           vendor_cert_make(&ask, SEV_USAGE_ASK, ask_key, ark_key, errp) &&
           write_key(dir, VENDOR_ARK_KEY, ark_key, errp) &&
           write_key(dir, VENDOR_ASK_KEY, ask_key, errp) &&
           write_file(dir, VENDOR_ARK_CERT, 0644, &ark, sizeof(ark), errp) &&
           write_file(dir, VENDOR_ASK_CERT, 0644, &ask, sizeof(ask), errp) &&
           write_x509(dir, ark_key, ask_key, errp);
}

static void remove_all(const char *dir)
{
    static const char *const names[] = {
        VENDOR_ARK_KEY, VENDOR_ASK_KEY, VENDOR_ARK_CERT, VENDOR_ASK_CERT,
        VENDOR_ARK_DER, VENDOR_ASK_DER,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);

        g_unlink(path);
    }
    g_rmdir(dir);
}

bool vendor_new(const char *dir, GError **errp)
{
    /* First, so that a bad name costs no time */
    if (g_mkdir(dir, 0700) < 0 || g_chmod(dir, 0700) < 0) {
        return set_errno_error(dir, errp);
    }
    if (!fill(dir, errp)) {
        remove_all(dir);
        return false;
    }
    return true;
}
