/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows the generations of processors that SEV-SNP is there on, as far as
 * their certificates differ (AMD publication 57230).
 */

#ifndef VENDOR_PRODUCT_H
#define VENDOR_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A generation: its name is what certificates and the key server call it. */
typedef struct VendorProduct VendorProduct;

/* "Milan", "Genoa", "Turin"; NULL if there is no such product */
const VendorProduct *vendor_product(const char *name);
const char *vendor_product_name(const VendorProduct *product);

/* The product number @i of all, from 0 on; NULL after the last */
const VendorProduct *vendor_product_at(size_t i);

/* Bytes of a chip's id that are its own: 64, or Turin's 8 */
size_t vendor_product_chip_id_size(const VendorProduct *product);

/* An authority of the product: a root, and two that sign keys of chips */
typedef enum VendorAuthority {
    VENDOR_ARK,                 /* signs itself and the others */
    VENDOR_ASK,                 /* signs VCEKs */
    VENDOR_ASVK,                /* signs VLEKs */
} VendorAuthority;

/* The serial number of its certificate, by which a CRL names it */
uint32_t vendor_authority_serial(const VendorProduct *product,
                                 VendorAuthority authority);

#endif
