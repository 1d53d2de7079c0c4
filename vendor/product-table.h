/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays out what product.c knows of a product, for who writes certificates. */

#ifndef VENDOR_PRODUCT_TABLE_H
#define VENDOR_PRODUCT_TABLE_H

#include "vendor/product.h"

/* A security version number: its OID's end, and its byte in the TCB */
typedef struct VendorSpl {
    const char *oid;
    uint8_t byte;
} VendorSpl;

#define VENDOR_SPLS 8

/* One as the key server is asked for it: blSPL and so on */
typedef struct VendorParameter {
    const char *name;           /* NULL after the last */
    uint8_t byte;
} VendorParameter;

#define VENDOR_PARAMETERS 5

struct VendorProduct {
    const char *name;
    const char *stepping;       /* of a VCEK's product name: "-B0", or "" */
    uint8_t serial;             /* upper byte of the authorities' serials */
    uint8_t ask_serial;         /* lower byte of the ASK's */
    bool leaf_trailer;          /* PSS' trailer field, which others have */
    uint8_t version;            /* of the extensions' structure */
    uint8_t chip_id_size;
    VendorSpl spls[VENDOR_SPLS]; /* in the order of AMD's */
    VendorParameter parameters[VENDOR_PARAMETERS + 1];
    uint8_t ark_id[16];         /* of AMD's own keys: see amd-cert.c */
    uint8_t ask_id[16];
};

#endif
