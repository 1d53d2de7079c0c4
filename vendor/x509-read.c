/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads X.509 certificates. See x509-read.h. */

#include "vendor/x509-read.h"

#include <string.h>

#include "vendor/der.h"
#include "vendor/rsa.h"
#include "vendor/x509.h"

#define OID_COMMON_NAME "2.5.4.3"

/* AMD's have six. */
#define MAX_NAME_PARTS 16

#define MAX_TEXT 128

static bool decode(VendorDer *value, GBytes *der)
{
    gsize size;
    const void *data = g_bytes_get_data(der, &size);

    vendor_der_begin(value, "PKIX.Certificate");
    return !value->error && size <= INT_MAX &&
           !asn1_der_decoding(&value->node, data, size, NULL);
}

/* A text that fits, and has no zero in it */
static char *read_text(VendorDer *value, const char *path)
{
    char text[MAX_TEXT];
    int len = sizeof(text);

    if (asn1_read_value(value->node, path, text, &len) ||
        memchr(text, '\0', len)) {
        return NULL;
    }
    return g_strndup(text, len);
}

static char *common_name(VendorDer *value)
{
    for (int i = 1; i <= MAX_NAME_PARTS; i++) {
        g_autofree char *id = g_strdup_printf("tbs.subject.?%d.?1.id", i);
        g_autofree char *text = g_strdup_printf(
            "tbs.subject.?%d.?1.value.utf8", i);
        char oid[MAX_TEXT];
        int len = sizeof(oid);

        if (!asn1_read_value(value->node, id, oid, &len) &&
            strcmp(oid, OID_COMMON_NAME) == 0) {
            return read_text(value, text);
        }
    }
    return NULL;
}

char *vendor_x509_subject(GBytes *der)
{
    VendorDer value;
    char *name = decode(&value, der) ? common_name(&value) : NULL;

    vendor_der_end(&value);
    return name;
}

/* The key of a certificate in DER; NULL if it is none of this form */
static GBytes *key_of(GBytes *der)
{
    uint8_t key[2 * SEV_RSA_MAX_SIZE];
    int bits = 8 * sizeof(key);
    GBytes *found = NULL;
    VendorDer value;

    if (decode(&value, der) &&
        !asn1_read_value(value.node, "tbs.key.key", key, &bits)) {
        found = g_bytes_new(key, bits / 8);
    }
    vendor_der_end(&value);
    return found;
}

bool vendor_x509_has_key(GBytes *der, const uint8_t modulus[SEV_RSA_MAX_SIZE])
{
    g_autoptr(GBytes) found = key_of(der);
    g_autoptr(GBytes) expected = vendor_x509_public_key(modulus);

    return found && g_bytes_equal(found, expected);
}

static bool is_signed(VendorDer *value, const uint8_t *data, size_t size,
                      const uint8_t modulus[SEV_RSA_MAX_SIZE])
{
    static const uint8_t exponent[SEV_RSA_MAX_SIZE] = {
        RSA_EXPONENT & 0xff, RSA_EXPONENT >> 8 & 0xff, RSA_EXPONENT >> 16,
    };
    uint8_t big[SEV_RSA_MAX_SIZE], little[SEV_RSA_MAX_SIZE];
    int bits = 8 * sizeof(big);
    int start, end;

    if (asn1_der_decoding_startEnd(value->node, data, size, "tbs", &start,
                                   &end) ||
        asn1_read_value(value->node, "signature", big, &bits) ||
        bits != 8 * sizeof(big)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(big); i++) {
        little[i] = big[sizeof(big) - 1 - i];
    }
    return vendor_rsa_verify(exponent, modulus, data + start, end - start + 1,
                             little);
}

bool vendor_x509_is_signed(GBytes *der,
                           const uint8_t modulus[SEV_RSA_MAX_SIZE])
{
    gsize size;
    const uint8_t *data = g_bytes_get_data(der, &size);
    VendorDer value;
    bool ok = decode(&value, der) && is_signed(&value, data, size, modulus);

    vendor_der_end(&value);
    return ok;
}
