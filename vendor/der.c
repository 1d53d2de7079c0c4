/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes DER. See der.h. */

#include "vendor/der.h"

#include <string.h>

#include "vendor/pkix.h"
#include "vendor/rsa.h"
#include "vendor/vendor.h"

#define OID_RSA_PSS  "1.2.840.113549.1.1.10"
#define OID_MGF1     "1.2.840.113549.1.1.8"
#define OID_SHA256   "2.16.840.1.101.3.4.2.1"
#define OID_SHA384   "2.16.840.1.101.3.4.2.2"
#define OID_RSA_SHA384 "1.2.840.113549.1.1.12"

void vendor_der_begin(VendorDer *value, const char *type)
{
    value->grammar = value->node = NULL;
    value->error = asn1_array2tree(vendor_pkix, &value->grammar, NULL);
    if (!value->error) {
        value->error = asn1_create_element(value->grammar, type, &value->node);
    }
}

void vendor_der_end(VendorDer *value)
{
    asn1_delete_structure(&value->node);
    asn1_delete_structure(&value->grammar);
}

void vendor_der_put(VendorDer *value, const char *base, const char *name,
                    const void *data, int len)
{
    char path[VENDOR_DER_PATH_SIZE];

    g_snprintf(path, sizeof(path), "%s%s%s", base, *base && *name ? "." : "",
               name);
    if (!value->error) {
        value->error = asn1_write_value(value->node, path, data, len);
    }
}

void vendor_der_add(VendorDer *value, const char *base, const char *name)
{
    vendor_der_put(value, base, name, "NEW", 1);
}

GBytes *vendor_der_encode(VendorDer *value, const char *part)
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

static void put_attribute(VendorDer *value, const char *name, const char *oid,
                          const char *form, const char *text)
{
    char base[VENDOR_DER_PATH_SIZE];

    vendor_der_add(value, name, "");
    vendor_der_add(value, name, "?LAST");
    g_snprintf(base, sizeof(base), "%s.?LAST.?LAST", name);
    vendor_der_put(value, base, "id", oid, 1);
    vendor_der_put(value, base, "value", form, 1);
    strcat(base, ".value");
    vendor_der_put(value, base, form, text, strlen(text));
}

void vendor_der_put_name(VendorDer *value, const char *name,
                         const char *common_name, const char *organization)
{
    put_attribute(value, name, "2.5.4.11", "utf8", "Engineering");
    put_attribute(value, name, "2.5.4.6", "printable", "US");
    put_attribute(value, name, "2.5.4.7", "utf8", "Santa Clara");
    put_attribute(value, name, "2.5.4.8", "utf8", "CA");
    put_attribute(value, name, "2.5.4.10", "utf8",
                  organization ? organization : "Advanced Micro Devices");
    put_attribute(value, name, "2.5.4.3", "utf8", common_name);
}

static void put_pss(VendorDer *value, const char *base, const char *hash,
                    const char *salt, bool trailer)
{
    vendor_der_put(value, base, "id", OID_RSA_PSS, 1);
    vendor_der_put(value, base, "parameters", "pss", 1);
    vendor_der_put(value, base, "parameters.pss.hash.id", hash, 1);
    vendor_der_put(value, base, "parameters.pss.mask.id", OID_MGF1, 1);
    vendor_der_put(value, base, "parameters.pss.mask.hash.id", hash, 1);
    vendor_der_put(value, base, "parameters.pss.salt", salt, 0);
    vendor_der_put(value, base, "parameters.pss.trailer",
                   trailer ? "1" : NULL, 0);
}

void vendor_der_put_algorithm(VendorDer *value, const char *base,
                              VendorRsaForm form, bool trailer)
{
    switch (form) {
    case VENDOR_RSA_PSS_SHA384:
        put_pss(value, base, OID_SHA384, "48", trailer);
        break;
    case VENDOR_RSA_PSS_SHA256:
        put_pss(value, base, OID_SHA256, "32", trailer);
        break;
    case VENDOR_RSA_PKCS1_SHA384:
        vendor_der_put(value, base, "id", OID_RSA_SHA384, 1);
        vendor_der_put(value, base, "parameters", "none", 1);
        break;
    }
}

void vendor_der_put_time(VendorDer *value, const char *path, int64_t seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    bool is_utc = g_date_time_get_year(time) < 2050;
    g_autofree char *text = g_date_time_format(
        time, is_utc ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ");
    const char *form = is_utc ? "utc" : "general";

    vendor_der_put(value, path, "", form, 1);
    vendor_der_put(value, path, form, text, strlen(text));
}

void vendor_der_put_extensions(VendorDer *value, const char *path,
                               const VendorExtension *extensions, size_t nr)
{
    char last[VENDOR_DER_PATH_SIZE];

    g_snprintf(last, sizeof(last), "%s.?LAST", path);
    for (size_t i = 0; i < nr; i++) {
        gsize size;
        const void *data = g_bytes_get_data(extensions[i].value, &size);

        vendor_der_add(value, path, "");
        vendor_der_put(value, last, "id", extensions[i].oid, 1);
        vendor_der_put(value, last, "critical",
                       extensions[i].critical ? "TRUE" : "FALSE", 1);
        vendor_der_put(value, last, "value", data, size);
    }
}

/* Certificates of SEV have signatures the other way round. */
static bool sign(VendorDer *value, gcry_sexp_t signer, VendorRsaForm form,
                 GError **errp)
{
    g_autoptr(GBytes) tbs = vendor_der_encode(value, "tbs");
    uint8_t little[SEV_RSA_MAX_SIZE], big[SEV_RSA_MAX_SIZE];
    size_t size = gcry_pk_get_nbits(signer) / 8;

    if (!tbs || !vendor_rsa_sign_as(signer, form, g_bytes_get_data(tbs, NULL),
                                    g_bytes_get_size(tbs), little, errp)) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        big[i] = little[size - 1 - i];
    }
    vendor_der_put(value, "", "signature", big, 8 * size);
    return true;
}

GBytes *vendor_der_sign(VendorDer *value, const char *what,
                        gcry_sexp_t signer, VendorRsaForm form, GError **errp)
{
    GBytes *der = sign(value, signer, form, errp)
                  ? vendor_der_encode(value, "") : NULL;

    if (!der && errp && !*errp) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                    "libtasn1 could not write a %s: %s", what,
                    asn1_strerror(value->error));
    }
    return der;
}
