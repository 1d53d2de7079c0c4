/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the table of certificates that a guest gets with its report
 * (abi/snp-certs.h).
 */

#ifndef VENDOR_CERT_TABLE_H
#define VENDOR_CERT_TABLE_H

#include <glib.h>

#include "abi/snp-certs.h"

/* A certificate in DER, and what it is */
typedef struct VendorTableCert {
    uint8_t guid[SNP_CERT_GUID_SIZE];   /* SNP_CERT_GUID_* */
    GBytes *der;
} VendorTableCert;

/* The table of @n certificates, in their order */
GBytes *vendor_cert_table(const VendorTableCert *certs, size_t n);

#endif
