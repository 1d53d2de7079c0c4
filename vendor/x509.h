/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes X.509 certificates in the form that AMD's have (publication 57230):
 * names, order and encoding of all that is in them, RSASSA-PSS with SHA-384
 * and a salt of 48 bytes. By libtasn1; pkix.asn has the grammar.
 */

#ifndef VENDOR_X509_H
#define VENDOR_X509_H

#include <gcrypt.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/sev-cert.h"
#include "vendor/rsa.h"
#include "vendor/x509-extension.h"

/* What a certificate says; strings and bytes stay their owner's. */
typedef struct VendorX509 {
    uint32_t serial;
    const char *issuer;         /* common name; the rest is AMD's */
    const char *subject;
    int64_t from, to;           /* seconds since 1970, from 1950 on */
    bool is_rsa;                /* else P-384 */
    GBytes *key;                /* vendor_x509_rsa_key(), or 97 bytes */
    bool trailer;               /* PSS' trailer field is written */
    const VendorExtension *extensions;
    size_t nr_extensions;

    /* Only certificates that are wrong on purpose have one of these. */
    const char *issuer_organization, *organization;     /* not AMD's */
    bool is_p256;               /* the key, of 65 bytes */
    VendorRsaForm form;         /* of the signature */
} VendorX509;

/*
 * The certificate, signed with @signer, an RSA key as of rsa.h, in DER.
 * NULL, with @errp set, when it can't be signed or written.
 */
GBytes *vendor_x509_make(const VendorX509 *cert, gcry_sexp_t signer,
                         GError **errp);

/* A private RSA key's public one: RFC 8017's RSAPublicKey. NULL if not one. */
GBytes *vendor_x509_rsa_key(gcry_sexp_t key);

/* The same, of a modulus as certificates of SEV have it; never NULL */
GBytes *vendor_x509_public_key(const uint8_t little[SEV_RSA_MAX_SIZE]);

#endif
