/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes lists of revoked certificates: RFC 5280's CRLs, version 2. */

#ifndef VENDOR_CRL_H
#define VENDOR_CRL_H

#include <gcrypt.h>
#include <glib.h>
#include <stdint.h>

#include "vendor/vendor.h"
#include "vendor/x509-extension.h"

/* What a list says; strings and bytes stay their owner's. */
typedef struct VendorCrl {
    const char *issuer;         /* common name; the rest is AMD's */
    int64_t from, to;           /* seconds since 1970: this and next update */
    const VendorRevoked *revoked;
    size_t nr_revoked;
    const VendorExtension *extensions;
    size_t nr_extensions;
} VendorCrl;

/* The list, signed with @signer, the root's key, in DER */
GBytes *vendor_crl_make(const VendorCrl *crl, gcry_sexp_t signer,
                        GError **errp);

#endif
