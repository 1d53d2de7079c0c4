/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defines what a manufacturer has, and declares those that are compiled in. */

#ifndef VENDOR_STATE_H
#define VENDOR_STATE_H

#include <gcrypt.h>

#include "vendor/vendor.h"

/* Files of a manufacturer's directory; those of X.509 are of the same keys. */
#define VENDOR_ARK_CERT "ark.cert"
#define VENDOR_ARK_KEY  "ark.key"       /* this may be missing */
#define VENDOR_ASK_CERT "ask.cert"
#define VENDOR_ASK_KEY  "ask.key"
#define VENDOR_ARK_DER  "ark.der"       /* these too: both of a pair */
#define VENDOR_ASK_DER  "ask.der"
#define VENDOR_ASVK_DER "asvk.der"
#define VENDOR_ASVK_KEY "asvk.key"

struct Vendor {
    char *dir;                          /* for messages */
    const VendorProduct *product;
    AmdCert ark;
    AmdCert ask;
    gcry_sexp_t ark_key;                /* private; NULL if not there */
    gcry_sexp_t ask_key;
    gcry_sexp_t asvk_key;               /* or NULL */
    GBytes *ark_der;                    /* X.509, or NULL, as the next */
    GBytes *ask_der;
    GBytes *asvk_der;
};

/* A file that embed.py has made an array of; @name: "milan/ark.cert" */
typedef struct VendorFile {
    const char *name;
    const uint8_t *data;
    size_t len;
} VendorFile;

/* All that are compiled in; ends with a name of NULL */
extern const VendorFile vendor_builtin_files[];

#endif
