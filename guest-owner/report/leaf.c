/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the extensions of VCEKs and VLEKs. */

#include "guest-owner/report/leaf.h"

#include <libtasn1.h>
#include <string.h>

#define OID_AMD      "1.3.6.1.4.1.3704."
#define OID_MAX_SIZE 128
#define TEXT_MAX     64
#define HWID_SIZE    64

typedef struct Spl {
    uint8_t oid;                /* what its OID ends in */
    bool needed;
    const char *name;
} Spl;

/* By their byte in the TCB; where a number is reserved, it may be absent. */
static const Spl milan[SNP_TCB_SIZE] = {
    { 1, true, "boot-loader" }, { 2, true, "tee" }, { 4, false, "spl4" },
    { 5, false, "spl5" }, { 6, false, "spl6" }, { 7, false, "spl7" },
    { 3, true, "snp" }, { 8, true, "microcode" },
};

static const Spl turin[SNP_TCB_SIZE] = {
    { 9, true, "fmc" }, { 1, true, "boot-loader" }, { 2, true, "tee" },
    { 3, true, "snp" }, { 5, false, "spl5" }, { 6, false, "spl6" },
    { 7, false, "spl7" }, { 8, true, "microcode" },
};

/* The content of DER that has nothing but one value with @tag; or NULL */
static const uint8_t *content(const gnutls_datum_t *der, unsigned long tag,
                              unsigned *len)
{
    int size = der->size, tag_size, len_size;
    unsigned long found;
    unsigned char class;
    long value_size;

    if (size < 2 || asn1_get_tag_der(der->data, size, &class, &tag_size,
                                     &found) ||
        class != ASN1_CLASS_UNIVERSAL || found != tag) {
        return NULL;
    }
    value_size = asn1_get_length_der(der->data + tag_size, size - tag_size,
                                     &len_size);
    if (value_size < 0 || tag_size + len_size + value_size != size) {
        return NULL;
    }
    *len = value_size;
    return der->data + tag_size + len_size;
}

/* From 0 to 255, in the shortest form */
static bool take_number(const gnutls_datum_t *der, uint8_t *number)
{
    unsigned len;
    const uint8_t *data = content(der, ASN1_TAG_INTEGER, &len);

    if (!data || len < 1 || len > 2 ||
        (len == 1 ? data[0] > 0x7f : data[0] != 0 || data[1] < 0x80)) {
        return false;
    }
    *number = data[len - 1];
    return true;
}

static bool take_text(const gnutls_datum_t *der, char **text)
{
    unsigned len;
    const uint8_t *data = content(der, ASN1_TAG_IA5_STRING, &len);

    if (!data || *text || len > TEXT_MAX) {
        return false;
    }
    for (unsigned i = 0; i < len; i++) {
        if (data[i] < 0x20 || data[i] > 0x7e) {
            return false;
        }
    }
    *text = g_strndup((const char *)data, len);
    return true;
}

/* Bytes as they are; AMD's key server once had them in an OCTET STRING. */
static bool take_hwid(const gnutls_datum_t *der, GBytes **hwid)
{
    unsigned len = der->size;
    const uint8_t *data = der->data;

    if (len > HWID_SIZE || len == HWID_SIZE / 8 + 2) {
        data = content(der, ASN1_TAG_OCTET_STRING, &len);
    }
    if (!data || *hwid || (len != HWID_SIZE && len != HWID_SIZE / 8)) {
        return false;
    }
    *hwid = g_bytes_new(data, len);
    return true;
}

static bool take_spl(unsigned oid, const gnutls_datum_t *der, Leaf *leaf)
{
    uint8_t number;

    if (leaf->has_spl[oid] || !take_number(der, &number)) {
        return false;
    }
    leaf->has_spl[oid] = true;
    leaf->spl[oid] = number;
    return true;
}

/* "1.3.8": 8; 0: it is no such OID */
static unsigned spl_of_oid(const char *oid)
{
    return g_str_has_prefix(oid, "1.3.") && oid[4] >= '1' && oid[4] <= '9' &&
           !oid[5] ? oid[4] - '0' : 0;
}

/* @oid is what follows AMD's own number. */
static bool take_extension(const char *oid, const gnutls_datum_t *der,
                           Leaf *leaf)
{
    unsigned spl = spl_of_oid(oid);
    uint8_t version;

    if (spl) {
        return take_spl(spl, der, leaf);
    }
    if (strcmp(oid, "1.1") == 0) {
        return take_number(der, &version);
    }
    if (strcmp(oid, "1.2") == 0) {
        return take_text(der, &leaf->product);
    }
    if (strcmp(oid, "1.4") == 0) {
        return take_hwid(der, &leaf->hwid);
    }
    if (strcmp(oid, "1.5") == 0) {
        return take_text(der, &leaf->csp_id);
    }
    g_free(leaf->unknown);
    leaf->unknown = g_strconcat(OID_AMD, oid, NULL);
    return true;
}

char *leaf_read(gnutls_x509_crt_t cert, Leaf *leaf)
{
    for (unsigned i = 0;; i++) {
        gnutls_datum_t der = { NULL, 0 };
        char oid[OID_MAX_SIZE];
        size_t size = sizeof(oid);
        unsigned critical;
        int error = gnutls_x509_crt_get_extension_info(cert, i, oid, &size,
                                                       &critical);
        bool ok;

        if (error == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
            return NULL;
        }
        if (error || gnutls_x509_crt_get_extension_data2(cert, i, &der)) {
            return g_strdup("they can't be read");
        }
        ok = !g_str_has_prefix(oid, OID_AMD) ||
             take_extension(oid + strlen(OID_AMD), &der, leaf);
        gnutls_free(der.data);
        if (!ok) {
            return g_strdup_printf("%s is there twice, or has another form",
                                   oid);
        }
    }
}

char *leaf_tcb_flaw(const Leaf *leaf, const SnpTcbVersion *tcb, bool has_fmc)
{
    const Spl *spls = has_fmc ? turin : milan;
    unsigned other = has_fmc ? 4 : 9;

    if (leaf->has_spl[other]) {
        return g_strdup_printf("it has extension 3.%u, which processors of "
                               "this generation don't have", other);
    }
    for (size_t i = 0; i < SNP_TCB_SIZE; i++) {
        const Spl *spl = &spls[i];

        if (!leaf->has_spl[spl->oid] && spl->needed) {
            return g_strdup_printf("it does not tell %s (extension 3.%u)",
                                   spl->name, spl->oid);
        }
        if (leaf->spl[spl->oid] != tcb->byte[i]) {
            return g_strdup_printf("%s is %u in it, %u in the report",
                                   spl->name, leaf->spl[spl->oid],
                                   tcb->byte[i]);
        }
    }
    return NULL;
}

void leaf_clear(Leaf *leaf)
{
    g_clear_pointer(&leaf->product, g_free);
    g_clear_pointer(&leaf->hwid, g_bytes_unref);
    g_clear_pointer(&leaf->csp_id, g_free);
    g_clear_pointer(&leaf->unknown, g_free);
}
