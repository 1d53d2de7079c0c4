/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signs and verifies by RSA-4096 as AMD's certificates have it: RSA-PSS with
 * SHA-384 and a salt of the hash's length; exponents, moduli and signatures
 * are little-endian numbers of SEV_RSA_MAX_SIZE bytes. From libgcrypt.
 *
 * A private key is libgcrypt's S-expression; in a file, its text form.
 */

#ifndef VENDOR_RSA_H
#define VENDOR_RSA_H

#include <gcrypt.h>
#include <glib.h>
#include <stdbool.h>

#include "abi/sev-cert.h"

#define RSA_BITS     4096
#define RSA_EXPONENT 65537

typedef struct VendorRsaPublic {
    uint8_t exponent[SEV_RSA_MAX_SIZE];
    uint8_t modulus[SEV_RSA_MAX_SIZE];
} VendorRsaPublic;

/* Takes seconds. */
gcry_sexp_t vendor_rsa_generate(GError **errp);

/* The text of @key; the caller wipes it. */
char *vendor_rsa_print(gcry_sexp_t key);

/* @name: of the file that @text is from. Takes RSA-4096 keys alone. */
gcry_sexp_t vendor_rsa_parse(const char *name, const char *text, size_t len,
                             GError **errp);

/* False when @key is no RSA-4096 key */
bool vendor_rsa_public(gcry_sexp_t key, VendorRsaPublic *public);

/* How a message is signed: the first way, but where it is wrong on purpose */
typedef enum VendorRsaForm {
    VENDOR_RSA_PSS_SHA384,
    VENDOR_RSA_PSS_SHA256,      /* with a salt of 32 bytes */
    VENDOR_RSA_PKCS1_SHA384,    /* PKCS #1, version 1.5 */
} VendorRsaForm;

bool vendor_rsa_sign(gcry_sexp_t key, const void *data, size_t len,
                     uint8_t signature[SEV_RSA_MAX_SIZE], GError **errp);

/* The same; @key may be a shorter one. */
bool vendor_rsa_sign_as(gcry_sexp_t key, VendorRsaForm form,
                        const void *data, size_t len,
                        uint8_t signature[SEV_RSA_MAX_SIZE], GError **errp);

/* False also when the key is none of RSA-4096 with RSA_EXPONENT */
bool vendor_rsa_verify(const uint8_t exponent[SEV_RSA_MAX_SIZE],
                       const uint8_t modulus[SEV_RSA_MAX_SIZE],
                       const void *data, size_t len,
                       const uint8_t signature[SEV_RSA_MAX_SIZE]);

#endif
