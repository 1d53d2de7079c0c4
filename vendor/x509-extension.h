/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes what extensions of X.509 certificates have in them. */

#ifndef VENDOR_X509_EXTENSION_H
#define VENDOR_X509_EXTENSION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* An extension; @value is the DER inside its OCTET STRING. */
typedef struct VendorExtension {
    const char *oid;
    bool critical;
    GBytes *value;
} VendorExtension;

/* Values of extensions; never NULL */
GBytes *vendor_x509_number(uint32_t number);
GBytes *vendor_x509_text(const char *text);
GBytes *vendor_x509_key_id(const uint8_t id[20]);
GBytes *vendor_x509_authority(const uint8_t id[20]);
GBytes *vendor_x509_constraints(int path_len);  /* negative: no limit */
GBytes *vendor_x509_key_usage(unsigned bits);   /* VENDOR_USAGE_* */
GBytes *vendor_x509_crl_point(const char *uri);

/* Bit 0 is the first of RFC 5280's KeyUsage. */
#define VENDOR_USAGE_CERT_SIGN (1u << 5)
#define VENDOR_USAGE_CRL_SIGN  (1u << 6)

#endif
