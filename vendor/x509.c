/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes X.509 certificates. See x509.h. */

#include "vendor/x509.h"

#include <string.h>

#include "abi/sev-cert.h"
#include "vendor/pkix.h"
#include "vendor/rsa.h"
#include "vendor/vendor.h"

#define OID_RSA_PSS  "1.2.840.113549.1.1.10"
#define OID_RSA      "1.2.840.113549.1.1.1"
#define OID_MGF1     "1.2.840.113549.1.1.8"
#define OID_SHA384   "2.16.840.1.101.3.4.2.2"
#define OID_EC       "1.2.840.10045.2.1"
#define OID_P384     "1.3.132.0.34"

#define SALT "48"
#define PATH_SIZE 128
#define KEY_USAGE_BITS 7

/*
 * A value of the grammar that is being written. What fails in it, which is a
 * mistake of ours or no memory, is remembered, so that one look at the end
 * is enough.
 */
typedef struct Value {
    asn1_node grammar;
    asn1_node node;
    int error;                  /* the first, ASN1_SUCCESS: none */
} Value;

static void value_begin(Value *value, const char *type)
{
    value->grammar = value->node = NULL;
    value->error = asn1_array2tree(vendor_pkix, &value->grammar, NULL);
    if (!value->error) {
        value->error = asn1_create_element(value->grammar, type, &value->node);
    }
}

static void value_end(Value *value)
{
    asn1_delete_structure(&value->node);
    asn1_delete_structure(&value->grammar);
}

/* @len as libtasn1 has it: 0 for text, bits of a BIT STRING */
static void put(Value *value, const char *base, const char *name,
                const void *data, int len)
{
    char path[PATH_SIZE];

    g_snprintf(path, sizeof(path), "%s%s%s", base, *base && *name ? "." : "",
               name);
    if (!value->error) {
        value->error = asn1_write_value(value->node, path, data, len);
    }
}

/* One more of a SEQUENCE OF or SET OF */
static void add(Value *value, const char *base, const char *name)
{
    put(value, base, name, "NEW", 1);
}

static GBytes *encode(Value *value, const char *part)
{
    g_autofree uint8_t *der = NULL;
    int len = 0, error = value->error;

    if (!error && asn1_der_coding(value->node, part, NULL, &len, NULL) ==
                  ASN1_MEM_ERROR) {
        der = g_malloc(len);
        error = asn1_der_coding(value->node, part, der, &len, NULL);
    } else if (!error) {
        error = ASN1_GENERIC_ERROR;
    }
    if (error) {
        value->error = error;
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&der), len);
}

static void put_attribute(Value *value, const char *name, const char *oid,
                          const char *form, const char *text)
{
    char base[PATH_SIZE];

    add(value, name, "");
    add(value, name, "?LAST");
    g_snprintf(base, sizeof(base), "%s.?LAST.?LAST", name);
    put(value, base, "id", oid, 1);
    put(value, base, "value", form, 1);
    strcat(base, ".value");
    put(value, base, form, text, strlen(text));
}

static void put_name(Value *value, const char *name, const char *common_name)
{
    put_attribute(value, name, "2.5.4.11", "utf8", "Engineering");
    put_attribute(value, name, "2.5.4.6", "printable", "US");
    put_attribute(value, name, "2.5.4.7", "utf8", "Santa Clara");
    put_attribute(value, name, "2.5.4.8", "utf8", "CA");
    put_attribute(value, name, "2.5.4.10", "utf8", "Advanced Micro Devices");
    put_attribute(value, name, "2.5.4.3", "utf8", common_name);
}

static void put_algorithm(Value *value, const char *base, bool trailer)
{
    put(value, base, "id", OID_RSA_PSS, 1);
    put(value, base, "parameters.hash.id", OID_SHA384, 1);
    put(value, base, "parameters.mask.id", OID_MGF1, 1);
    put(value, base, "parameters.mask.hash.id", OID_SHA384, 1);
    put(value, base, "parameters.salt", SALT, 0);
    put(value, base, "parameters.trailer", trailer ? "1" : NULL, 0);
}

static void put_time(Value *value, const char *name, int64_t seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    bool is_utc = g_date_time_get_year(time) < 2050;
    g_autofree char *text = g_date_time_format(
        time, is_utc ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ");
    const char *form = is_utc ? "utc" : "general";
    g_autofree char *path = g_strdup_printf("tbs.validity.%s", name);

    put(value, path, "", form, 1);
    put(value, path, form, text, strlen(text));
}

static void put_key(Value *value, const VendorX509 *cert)
{
    gsize size;
    const uint8_t *key = g_bytes_get_data(cert->key, &size);

    put(value, "tbs.key.algorithm", "id", cert->is_rsa ? OID_RSA : OID_EC, 1);
    if (cert->is_rsa) {
        put(value, "tbs.key.algorithm", "parameters", "none", 1);
    } else {
        put(value, "tbs.key.algorithm", "parameters", "curve", 1);
        put(value, "tbs.key.algorithm", "parameters.curve", OID_P384, 1);
    }
    put(value, "tbs.key", "key", key, 8 * size);
}

static void put_extension(Value *value, const VendorExtension *extension)
{
    static const char base[] = "tbs.extensions.?LAST";
    gsize size;
    const uint8_t *data = g_bytes_get_data(extension->value, &size);

    add(value, "tbs.extensions", "");
    put(value, base, "id", extension->oid, 1);
    put(value, base, "critical", extension->critical ? "TRUE" : "FALSE", 1);
    put(value, base, "value", data, size);
}

static void put_tbs(Value *value, const VendorX509 *cert)
{
    char serial[16];

    g_snprintf(serial, sizeof(serial), "%u", cert->serial);
    put(value, "tbs", "version", "2", 0);
    put(value, "tbs", "serial", serial, 0);
    put_algorithm(value, "tbs.algorithm", cert->trailer);
    put_name(value, "tbs.issuer", cert->issuer);
    put_time(value, "from", cert->from);
    put_time(value, "to", cert->to);
    put_name(value, "tbs.subject", cert->subject);
    put_key(value, cert);
    for (size_t i = 0; i < cert->nr_extensions; i++) {
        put_extension(value, &cert->extensions[i]);
    }
}

/* Certificates of SEV have signatures the other way round. */
static bool sign(Value *value, gcry_sexp_t signer, GError **errp)
{
    g_autoptr(GBytes) tbs = encode(value, "tbs");
    uint8_t little[SEV_RSA_MAX_SIZE], big[SEV_RSA_MAX_SIZE];

    if (!tbs || !vendor_rsa_sign(signer, g_bytes_get_data(tbs, NULL),
                                 g_bytes_get_size(tbs), little, errp)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(big); i++) {
        big[i] = little[sizeof(big) - 1 - i];
    }
    put(value, "", "signature", big, 8 * sizeof(big));
    return true;
}

GBytes *vendor_x509_make(const VendorX509 *cert, gcry_sexp_t signer,
                         GError **errp)
{
    GBytes *der = NULL;
    Value value;

    value_begin(&value, "PKIX.Certificate");
    put_tbs(&value, cert);
    put_algorithm(&value, "algorithm", cert->trailer);
    if (sign(&value, signer, errp)) {
        der = encode(&value, "");
    }
    if (!der && errp && !*errp) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                    "libtasn1 could not write a certificate: %s",
                    asn1_strerror(value.error));
    }
    value_end(&value);
    return der;
}

/* Of a modulus as certificates of SEV have it */
static GBytes *public_rsa_key(const uint8_t little[SEV_RSA_MAX_SIZE])
{
    uint8_t modulus[1 + SEV_RSA_MAX_SIZE] = { 0 };
    GBytes *der;
    Value value;

    for (size_t i = 0; i < SEV_RSA_MAX_SIZE; i++) {
        modulus[1 + i] = little[SEV_RSA_MAX_SIZE - 1 - i];
    }
    value_begin(&value, "PKIX.RsaKey");
    put(&value, "", "modulus", modulus, sizeof(modulus));
    put(&value, "", "exponent", G_STRINGIFY(RSA_EXPONENT), 0);
    der = encode(&value, "");
    value_end(&value);
    return der;
}

GBytes *vendor_x509_rsa_key(gcry_sexp_t key)
{
    VendorRsaPublic public;

    return vendor_rsa_public(key, &public) ? public_rsa_key(public.modulus)
                                           : NULL;
}

/* The key of a certificate in DER; NULL if it is none of this form */
static GBytes *key_of(GBytes *der)
{
    gsize size;
    const void *data = g_bytes_get_data(der, &size);
    uint8_t key[2 * SEV_RSA_MAX_SIZE];
    int bits = 8 * sizeof(key);
    GBytes *found = NULL;
    Value value;

    value_begin(&value, "PKIX.Certificate");
    if (!value.error && size <= INT_MAX &&
        !asn1_der_decoding(&value.node, data, size, NULL) &&
        !asn1_read_value(value.node, "tbs.key.key", key, &bits)) {
        found = g_bytes_new(key, bits / 8);
    }
    value_end(&value);
    return found;
}

bool vendor_x509_has_key(GBytes *der, const AmdCert *cert)
{
    g_autoptr(GBytes) found = key_of(der);
    g_autoptr(GBytes) expected = public_rsa_key(cert->modulus);

    return found && g_bytes_equal(found, expected);
}

/* A value that is one thing */
static GBytes *encode_one(const char *type, const char *name,
                          const void *data, int len)
{
    GBytes *der;
    Value value;

    value_begin(&value, type);
    put(&value, "", name, data, len);
    der = encode(&value, "");
    g_assert(der);
    value_end(&value);
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
    Value value;

    g_snprintf(text, sizeof(text), "%d", path_len);
    value_begin(&value, "PKIX.BasicConstraints");
    put(&value, "", "ca", "TRUE", 1);
    put(&value, "", "pathLen", path_len < 0 ? NULL : text, 0);
    der = encode(&value, "");
    g_assert(der);
    value_end(&value);
    return der;
}

GBytes *vendor_x509_crl_point(const char *uri)
{
    GBytes *der;
    Value value;

    value_begin(&value, "PKIX.CrlPoints");
    add(&value, "", "");
    put(&value, "?LAST", "name", "full", 1);
    add(&value, "?LAST", "name.full");
    put(&value, "?LAST", "name.full.?LAST", "uri", 1);
    put(&value, "?LAST", "name.full.?LAST.uri", uri, strlen(uri));
    der = encode(&value, "");
    g_assert(der);
    value_end(&value);
    return der;
}
