/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gathers the keys that cases of the corpus are made with: those of a product's
 * manufacturer, a chip's, and others that are not to be trusted.
 */

#ifndef VENDOR_CORPUS_KEYS_H
#define VENDOR_CORPUS_KEYS_H

#include <gcrypt.h>

#include "abi/snp-msg.h"
#include "vendor/snp-cert.h"
#include "vendor/vendor.h"

/* Keys of authorities */
typedef enum CorpusRsa {
    CORPUS_RSA_USUAL,           /* the one that belongs there */
    CORPUS_RSA_ARK,
    CORPUS_RSA_ASK,
    CORPUS_RSA_ASVK,
    CORPUS_RSA_STRANGER,        /* another's, of 4096 bits too */
    CORPUS_RSA_SMALL,           /* 2048 bits */
    CORPUS_NR_RSA,
} CorpusRsa;

/* Keys that sign reports: pairs, as libgcrypt makes them */
typedef enum CorpusEc {
    CORPUS_EC_USUAL,            /* the one that the report says */
    CORPUS_EC_VCEK,
    CORPUS_EC_VLEK,
    CORPUS_EC_STRANGER,
    CORPUS_EC_P256,             /* of another curve */
    CORPUS_NR_EC,
} CorpusEc;

typedef struct CorpusKeys {
    Vendor *vendor;
    const VendorProduct *product;
    const VendorProduct *other; /* any other product */
    gcry_sexp_t rsa[CORPUS_NR_RSA];     /* private */
    gcry_sexp_t ec[CORPUS_NR_EC];
    uint8_t chip_id[VENDOR_CHIP_ID_SIZE];
    int64_t now;                /* seconds since 1970 */
    GBytes *leaf[2];            /* certificates of VCEK and VLEK */
} CorpusKeys;

#define CORPUS_DAY  (24 * 60 * 60)
#define CORPUS_YEAR (365 * CORPUS_DAY + CORPUS_DAY / 4)

/*
 * Takes the keys of the manufacturer in the directory @vendor, or, if that is
 * NULL, of the product's compiled-in one, and makes the others.
 */
bool corpus_keys_open(CorpusKeys *keys, const VendorProduct *product,
                      const char *vendor, GError **errp);

void corpus_keys_clear(CorpusKeys *keys);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CorpusKeys, corpus_keys_clear)

/* The public key as a point of SEC 1, uncompressed */
GBytes *corpus_ec_point(gcry_sexp_t pair);

/* Of the chip's VCEK, or its VLEK */
void corpus_subject(const CorpusKeys *keys, bool vlek, VendorSubject *subject);

/* ECDSA of the digest @algo of @data, in the form that reports have */
bool corpus_ec_sign(gcry_sexp_t pair, int algo, const void *data, size_t len,
                    SnpSignature *signature, GError **errp);

#endif
