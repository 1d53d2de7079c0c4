/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defines what a manufacturer has, and declares the one that is compiled in. */

#ifndef VENDOR_STATE_H
#define VENDOR_STATE_H

#include <gcrypt.h>

#include "vendor/vendor.h"

/* Files of a manufacturer's directory */
#define VENDOR_ARK_CERT "ark.cert"
#define VENDOR_ARK_KEY  "ark.key"       /* to certify another ASK, not read */
#define VENDOR_ASK_CERT "ask.cert"
#define VENDOR_ASK_KEY  "ask.key"
#define VENDOR_ARK_DER  "ark.der"       /* X.509, of the same keys; these two */
#define VENDOR_ASK_DER  "ask.der"       /* are not there in older directories */

struct Vendor {
    AmdCert ark;
    AmdCert ask;
    gcry_sexp_t ask_key;                /* private */
    GBytes *ark_der;                    /* X.509, or NULL, as the next */
    GBytes *ask_der;
};

/* A file that embed.py has made an array of */
typedef struct VendorFile {
    const char *name;
    const uint8_t *data;
    size_t len;
} VendorFile;

/* The compiled-in directory; ends with a name of NULL */
extern const VendorFile vendor_builtin_files[];

#endif
