/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verifies RSA-PSS by libgcrypt. */

#include <gcrypt.h>
#include <glib.h>
#include "guest-owner/base/rsa.h"

/* Enough for any exponent in use, and a bound for the time it takes */
#define MAX_EXPONENT_SIZE 8

bool rsa_key_sound(const RsaKey *key)
{
    size_t last = key->size - 1, i = 0;

    while (i < last && !key->exponent[i]) {
        i++;
    }
    if (!(key->exponent[last] & 1) || key->size - i > MAX_EXPONENT_SIZE ||
        (i == last && key->exponent[last] == 1)) {
        return false;
    }
    /* libgcrypt divides by the modulus without asking */
    return key->modulus[0] & 0x80 && key->modulus[last] & 1;
}

bool rsa_pss_verify(const RsaKey *key, const Digest *digest,
                    const uint8_t *signature)
{
    int size = key->size;
    gcry_sexp_t public, data, sig;
    gcry_error_t err;

    if (!rsa_key_sound(key)) {
        return false;
    }
    err = gcry_sexp_build(&public, NULL, "(public-key (rsa (n %b) (e %b)))",
                          size, key->modulus, size, key->exponent);
    g_assert(!err);
    err = gcry_sexp_build(&data, NULL,
                          "(data (flags pss) (salt-length %d) (hash %s %b))",
                          (int)digest->size, digest_name(digest),
                          (int)digest->size, digest->byte);
    g_assert(!err);
    err = gcry_sexp_build(&sig, NULL, "(sig-val (rsa (s %b)))", size,
                          signature);
    g_assert(!err);
    err = gcry_pk_verify(sig, data, public);
    gcry_sexp_release(sig);
    gcry_sexp_release(data);
    gcry_sexp_release(public);
    return !err;
}
