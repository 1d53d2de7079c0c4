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

#include "abi/snp-data.h"

/* A generation: its name is what certificates and the key server call it. */
typedef struct VendorProduct VendorProduct;

/* "Milan", "Genoa", "Turin"; NULL if there is no such product */
const VendorProduct *vendor_product(const char *name);
const char *vendor_product_name(const VendorProduct *product);

/* An authority of the product: a root, and two that sign keys of chips */
typedef enum VendorAuthority {
    VENDOR_ARK,                 /* signs itself and the others */
    VENDOR_ASK,                 /* signs VCEKs */
    VENDOR_ASVK,                /* signs VLEKs */
} VendorAuthority;

/*
 * The certificate of an authority, in DER.
 * @key: its RSA-4096 key
 * @ark: the root's, by which it is signed; for VENDOR_ARK the same
 * @from: seconds since 1970; it is good for 25 years
 */
GBytes *vendor_authority_cert(const VendorProduct *product,
                              VendorAuthority authority, gcry_sexp_t key,
                              gcry_sexp_t ark, int64_t from, GError **errp);

#define VENDOR_CHIP_ID_SIZE 64
#define VENDOR_POINT_SIZE   97  /* 4, X, Y: SEC 1, uncompressed */

/* Whose key a V[CL]EK is */
typedef struct VendorSubject {
    uint8_t point[VENDOR_POINT_SIZE];
    SnpTcbVersion tcb;
    uint8_t chip_id[VENDOR_CHIP_ID_SIZE];   /* Turin's: the first 8 bytes */
    const char *csp_id;         /* of a VLEK, else NULL: it is a VCEK */
} VendorSubject;

/*
 * The certificate of a VCEK, signed with the ASK's key, or of a VLEK, with
 * the ASVK's, in DER. It is good for 7 years @from then.
 */
GBytes *vendor_leaf_cert(const VendorProduct *product,
                         const VendorSubject *subject, gcry_sexp_t signer,
                         int64_t from, GError **errp);

#endif
