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
static bool write_x509(const char *dir, const VendorProduct *product,
                       gcry_sexp_t keys[VENDOR_ASVK + 1], GError **errp)
{
    static const char *const files[] = {
        [VENDOR_ARK] = VENDOR_ARK_DER, [VENDOR_ASK] = VENDOR_ASK_DER,
        [VENDOR_ASVK] = VENDOR_ASVK_DER,
    };
    int64_t now = g_get_real_time() / G_USEC_PER_SEC;

    for (unsigned i = VENDOR_ARK; i <= VENDOR_ASVK; i++) {
        g_autoptr(GBytes) der = vendor_authority_cert(
            product, i, keys[i], keys[VENDOR_ARK], now, errp);

        if (!der || !write_file(dir, files[i], 0644,
                                g_bytes_get_data(der, NULL),
                                g_bytes_get_size(der), errp)) {
            return false;
        }
    }
    return true;
}

static bool write_all(const char *dir, const VendorProduct *product,
                      gcry_sexp_t keys[VENDOR_ASVK + 1], GError **errp)
{
    AmdCert ark, ask;

    return vendor_cert_make(&ark, product, SEV_USAGE_ARK, keys[VENDOR_ARK],
                            keys[VENDOR_ARK], errp) &&
           vendor_cert_make(&ask, product, SEV_USAGE_ASK, keys[VENDOR_ASK],
                            keys[VENDOR_ARK], errp) &&
           write_key(dir, VENDOR_ARK_KEY, keys[VENDOR_ARK], errp) &&
           write_key(dir, VENDOR_ASK_KEY, keys[VENDOR_ASK], errp) &&
           write_key(dir, VENDOR_ASVK_KEY, keys[VENDOR_ASVK], errp) &&
           write_file(dir, VENDOR_ARK_CERT, 0644, &ark, sizeof(ark), errp) &&
           write_file(dir, VENDOR_ASK_CERT, 0644, &ask, sizeof(ask), errp) &&
           write_x509(dir, product, keys, errp);
}

static bool fill(const char *dir, const VendorProduct *product, GError **errp)
{
    gcry_sexp_t keys[VENDOR_ASVK + 1] = { NULL };
    bool ok = true;

    for (unsigned i = VENDOR_ARK; ok && i <= VENDOR_ASVK; i++) {
        keys[i] = vendor_rsa_generate(errp);
        ok = keys[i];
    }
    ok = ok && write_all(dir, product, keys, errp);
    for (unsigned i = VENDOR_ARK; i <= VENDOR_ASVK; i++) {
        gcry_sexp_release(keys[i]);
    }
    return ok;
}

static void remove_all(const char *dir)
{
    static const char *const names[] = {
        VENDOR_ARK_KEY, VENDOR_ASK_KEY, VENDOR_ARK_CERT, VENDOR_ASK_CERT,
        VENDOR_ARK_DER, VENDOR_ASK_DER, VENDOR_ASVK_DER, VENDOR_ASVK_KEY,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);

        g_unlink(path);
    }
    g_rmdir(dir);
}

bool vendor_new(const char *dir, const VendorProduct *product, GError **errp)
{
    /* First, so that a bad name costs no time */
    if (g_mkdir(dir, 0700) < 0 || g_chmod(dir, 0700) < 0) {
        return set_errno_error(dir, errp);
    }
    if (!fill(dir, product, errp)) {
        remove_all(dir);
        return false;
    }
    return true;
}
