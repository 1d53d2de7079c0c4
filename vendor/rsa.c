/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs and verifies certificates by RSA-4096. See rsa.h. */

#include "vendor/rsa.h"

#include <string.h>

#include "vendor/number.h"
#include "vendor/vendor.h"

#define SHA256_SIZE 32
#define SHA384_SIZE 48

static void set_crypto_error(const char *what, gcry_error_t err,
                             GError **errp)
{
    g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                "libgcrypt could not %s: %s", what, gcry_strerror(err));
}

gcry_sexp_t vendor_rsa_generate(GError **errp)
{
    g_auto(gcry_sexp_t) how = NULL;
    g_auto(gcry_sexp_t) pair = NULL;
    gcry_error_t err;

    err = gcry_sexp_build(&how, NULL,
                          "(genkey (rsa (nbits %u) (rsa-use-e %u)))",
                          RSA_BITS, RSA_EXPONENT);
    if (!err) {
        err = gcry_pk_genkey(&pair, how);
    }
    if (err) {
        set_crypto_error("make an RSA key", err, errp);
        return NULL;
    }
    return gcry_sexp_find_token(pair, "private-key", 0);
}

char *vendor_rsa_print(gcry_sexp_t key)
{
    size_t size = gcry_sexp_sprint(key, GCRYSEXP_FMT_ADVANCED, NULL, 0);
    char *text = g_malloc(size);

    gcry_sexp_sprint(key, GCRYSEXP_FMT_ADVANCED, text, size);
    return text;
}

bool vendor_rsa_public(gcry_sexp_t key, VendorRsaPublic *public)
{
    g_auto(gcry_mpi_t) n = NULL;
    g_auto(gcry_mpi_t) e = NULL;

    return !gcry_sexp_extract_param(key, "private-key!rsa", "ne", &n, &e,
                                    NULL) &&
           gcry_mpi_get_nbits(n) == RSA_BITS &&
           vendor_number_write(e, public->exponent, sizeof(public->exponent)) &&
           vendor_number_write(n, public->modulus, sizeof(public->modulus));
}

gcry_sexp_t vendor_rsa_parse(const char *name, const char *text, size_t len,
                             GError **errp)
{
    g_auto(gcry_sexp_t) key = NULL;
    VendorRsaPublic public;

    if (gcry_sexp_sscan(&key, NULL, text, len) ||
        !vendor_rsa_public(key, &public) || gcry_pk_testkey(key)) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "%s: expected a private RSA-%d key as an S-expression",
                    name, RSA_BITS);
        return NULL;
    }
    return g_steal_pointer(&key);
}

/* What is signed, as libgcrypt takes it */
static gcry_error_t padded(gcry_sexp_t *result, VendorRsaForm form,
                           const void *data, size_t len)
{
    uint8_t hash[SHA384_SIZE];

    if (form == VENDOR_RSA_PSS_SHA256) {
        gcry_md_hash_buffer(GCRY_MD_SHA256, hash, data, len);
        return gcry_sexp_build(result, NULL,
                               "(data (flags pss) (hash sha256 %b)"
                               " (salt-length %u))",
                               SHA256_SIZE, hash, SHA256_SIZE);
    }
    gcry_md_hash_buffer(GCRY_MD_SHA384, hash, data, len);
    if (form == VENDOR_RSA_PKCS1_SHA384) {
        return gcry_sexp_build(result, NULL,
                               "(data (flags pkcs1) (hash sha384 %b))",
                               SHA384_SIZE, hash);
    }
    return gcry_sexp_build(result, NULL,
                           "(data (flags pss) (hash sha384 %b)"
                           " (salt-length %u))",
                           SHA384_SIZE, hash, SHA384_SIZE);
}

bool vendor_rsa_sign_as(gcry_sexp_t key, VendorRsaForm form,
                        const void *data, size_t len,
                        uint8_t signature[SEV_RSA_MAX_SIZE], GError **errp)
{
    g_auto(gcry_sexp_t) message = NULL;
    g_auto(gcry_sexp_t) result = NULL;
    g_auto(gcry_mpi_t) s = NULL;
    gcry_error_t err = padded(&message, form, data, len);

    if (!err) {
        err = gcry_pk_sign(&result, message, key);
    }
    if (!err) {
        err = gcry_sexp_extract_param(result, "sig-val!rsa", "s", &s, NULL);
    }
    if (!err && !vendor_number_write(s, signature, SEV_RSA_MAX_SIZE)) {
        err = gcry_error(GPG_ERR_TOO_LARGE);
    }
    if (err) {
        set_crypto_error("sign", err, errp);
        return false;
    }
    return true;
}

bool vendor_rsa_sign(gcry_sexp_t key, const void *data, size_t len,
                     uint8_t signature[SEV_RSA_MAX_SIZE], GError **errp)
{
    return vendor_rsa_sign_as(key, VENDOR_RSA_PSS_SHA384, data, len,
                              signature, errp);
}

/* libgcrypt divides by any modulus that it is given. */
static bool is_public_key(gcry_mpi_t e, gcry_mpi_t n)
{
    return gcry_mpi_cmp_ui(e, RSA_EXPONENT) == 0 &&
           gcry_mpi_get_nbits(n) == RSA_BITS && gcry_mpi_test_bit(n, 0);
}

bool vendor_rsa_verify(const uint8_t exponent[SEV_RSA_MAX_SIZE],
                       const uint8_t modulus[SEV_RSA_MAX_SIZE],
                       const void *data, size_t len,
                       const uint8_t signature[SEV_RSA_MAX_SIZE])
{
    g_auto(gcry_mpi_t) e = vendor_number_read(exponent, SEV_RSA_MAX_SIZE);
    g_auto(gcry_mpi_t) n = vendor_number_read(modulus, SEV_RSA_MAX_SIZE);
    g_auto(gcry_mpi_t) s = vendor_number_read(signature, SEV_RSA_MAX_SIZE);
    g_auto(gcry_sexp_t) key = NULL;
    g_auto(gcry_sexp_t) message = NULL;
    g_auto(gcry_sexp_t) value = NULL;

    return e && n && s && is_public_key(e, n) &&
           !gcry_sexp_build(&key, NULL, "(public-key (rsa (n %m) (e %m)))",
                            n, e) &&
           !gcry_sexp_build(&value, NULL, "(sig-val (rsa (s %m)))", s) &&
           !padded(&message, VENDOR_RSA_PSS_SHA384, data, len) &&
           !gcry_pk_verify(value, message, key);
}
