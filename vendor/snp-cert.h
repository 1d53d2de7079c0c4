/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the certificates of SEV-SNP's manufacturer and of its chips (AMD
 * publication 57230): ARK, ASK, ASVK, VCEK, VLEK, as each generation of
 * processors has them.
 */

#ifndef VENDOR_SNP_CERT_H
#define VENDOR_SNP_CERT_H

#include <gcrypt.h>
#include <glib.h>
#include <stdbool.h>

#include "vendor/vendor.h"
#include "vendor/x509.h"

/* The common name of an authority's certificate: "ARK-Milan"; to be freed */
char *vendor_authority_name(const VendorProduct *product,
                            VendorAuthority authority);

/*
 * The certificate of an authority, in DER.
 * @key: its RSA-4096 key
 * @ark: the root's, by which it is signed; for VENDOR_ARK the same
 * @from: seconds since 1970; it is good for 25 years
 */
GBytes *vendor_authority_cert(const VendorProduct *product,
                              VendorAuthority authority, gcry_sexp_t key,
                              gcry_sexp_t ark, int64_t from, GError **errp);

/*
 * The certificate of a VCEK, signed with the ASK's key, or of a VLEK, with
 * the ASVK's, in DER. It is good for 7 years @from then.
 */
GBytes *vendor_leaf_cert(const VendorProduct *product,
                         const VendorSubject *subject, gcry_sexp_t signer,
                         int64_t from, GError **errp);

/* Changes certificates before they are signed, for those that are wrong. */
typedef struct VendorCertEdit {
    gcry_sexp_t signer;         /* NULL: the one that it says */
    void (*edit)(VendorX509 *cert, void *opaque);
    void *opaque;
} VendorCertEdit;

/* The same certificates, changed by @edit */
GBytes *vendor_authority_cert_edited(const VendorProduct *product,
                                     VendorAuthority authority,
                                     gcry_sexp_t key, gcry_sexp_t ark,
                                     int64_t from, const VendorCertEdit *edit,
                                     GError **errp);
GBytes *vendor_leaf_cert_edited(const VendorProduct *product,
                                const VendorSubject *subject,
                                gcry_sexp_t signer, int64_t from,
                                const VendorCertEdit *edit, GError **errp);

/*
 * The list of what the ARK has revoked, signed with its key @ark, in DER. The
 * next one is to come a year @from then.
 */
GBytes *vendor_revoked_list(const VendorProduct *product, gcry_sexp_t ark,
                            const VendorRevoked *list, size_t n, int64_t from,
                            GError **errp);

#endif
