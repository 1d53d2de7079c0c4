/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes values of the grammar in pkix.asn, by libtasn1, and what several
 * kinds of them have: names, times, the algorithm, the signature.
 */

#ifndef VENDOR_DER_H
#define VENDOR_DER_H

#include <gcrypt.h>
#include <glib.h>
#include <libtasn1.h>
#include <stdbool.h>
#include <stdint.h>

#include "vendor/rsa.h"

#include "vendor/x509-extension.h"

#define VENDOR_DER_PATH_SIZE 128

/*
 * A value that is being written. What fails in it, which is a mistake of ours
 * or no memory, is remembered, so that one look at the end is enough.
 */
typedef struct VendorDer {
    asn1_node grammar;
    asn1_node node;
    int error;                  /* the first, ASN1_SUCCESS: none */
} VendorDer;

/* @type: "PKIX." and the type's name */
void vendor_der_begin(VendorDer *value, const char *type);
void vendor_der_end(VendorDer *value);

/*
 * Sets the part "@base.@name"; either may be "". @len as libtasn1 has it: 0
 * for text, bits of a BIT STRING.
 */
void vendor_der_put(VendorDer *value, const char *base, const char *name,
                    const void *data, int len);

/* One more of a SEQUENCE OF or SET OF; its name is then "?LAST". */
void vendor_der_add(VendorDer *value, const char *base, const char *name);

/* @part of the value, "" for all of it; NULL, and the error kept, if not */
GBytes *vendor_der_encode(VendorDer *value, const char *part);

/* AMD's name, with this common name; @organization: NULL, or not AMD's */
void vendor_der_put_name(VendorDer *value, const char *path,
                         const char *common_name, const char *organization);

/* Seconds since 1970 */
void vendor_der_put_time(VendorDer *value, const char *path, int64_t seconds);

/* How it is signed; @trailer: RSASSA-PSS' trailer field is written */
void vendor_der_put_algorithm(VendorDer *value, const char *path,
                              VendorRsaForm form, bool trailer);

/* @nr of them at @path, a SEQUENCE OF */
void vendor_der_put_extensions(VendorDer *value, const char *path,
                               const VendorExtension *extensions, size_t nr);

/*
 * Signs the part "tbs" with @signer, sets the part "signature", and returns
 * all of the value. @what: its kind, for the error's message
 */
GBytes *vendor_der_sign(VendorDer *value, const char *what, gcry_sexp_t signer,
                        VendorRsaForm form, GError **errp);

#endif
