/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes what extensions of X.509 certificates have in them. */

#include "vendor/x509-extension.h"

#include <string.h>

#include "vendor/der.h"

#define KEY_USAGE_BITS 7

/* A value that is one thing */
static GBytes *encode_one(const char *type, const char *name,
                          const void *data, int len)
{
    GBytes *der;
    VendorDer value;

    vendor_der_begin(&value, type);
    vendor_der_put(&value, "", name, data, len);
    der = vendor_der_encode(&value, "");
    g_assert(der);
    vendor_der_end(&value);
    return der;
}

GBytes *vendor_x509_number(uint32_t number)
{
    char text[16];

    g_snprintf(text, sizeof(text), "%u", number);
    return encode_one("PKIX.Number", "", text, 0);
}

GBytes *vendor_x509_text(const char *text)
{
    return encode_one("PKIX.Text", "", text, strlen(text));
}

GBytes *vendor_x509_key_id(const uint8_t id[20])
{
    return encode_one("PKIX.KeyIdentifier", "", id, 20);
}

GBytes *vendor_x509_authority(const uint8_t id[20])
{
    return encode_one("PKIX.AuthorityKeyIdentifier", "id", id, 20);
}

/*
 * RFC 5280 names bits from the first on: the highest of the first byte. AMD
 * writes all up to cRLSign, zero or not, which is no distinguished encoding.
 */
GBytes *vendor_x509_key_usage(unsigned bits)
{
    uint8_t byte = 0;

    for (unsigned i = 0; i < KEY_USAGE_BITS; i++) {
        byte |= bits & 1u << i ? 0x80 >> i : 0;
    }
    return encode_one("PKIX.KeyUsage", "", &byte, KEY_USAGE_BITS);
}

GBytes *vendor_x509_constraints(int path_len)
{
    char text[16];
    GBytes *der;
    VendorDer value;

    g_snprintf(text, sizeof(text), "%d", path_len);
    vendor_der_begin(&value, "PKIX.BasicConstraints");
    vendor_der_put(&value, "", "ca", "TRUE", 1);
    vendor_der_put(&value, "", "pathLen", path_len < 0 ? NULL : text, 0);
    der = vendor_der_encode(&value, "");
    g_assert(der);
    vendor_der_end(&value);
    return der;
}

GBytes *vendor_x509_crl_point(const char *uri)
{
    GBytes *der;
    VendorDer value;

    vendor_der_begin(&value, "PKIX.CrlPoints");
    vendor_der_add(&value, "", "");
    vendor_der_put(&value, "?LAST", "name", "full", 1);
    vendor_der_add(&value, "?LAST", "name.full");
    vendor_der_put(&value, "?LAST", "name.full.?LAST", "uri", 1);
    vendor_der_put(&value, "?LAST", "name.full.?LAST.uri", uri, strlen(uri));
    der = vendor_der_encode(&value, "");
    g_assert(der);
    vendor_der_end(&value);
    return der;
}
