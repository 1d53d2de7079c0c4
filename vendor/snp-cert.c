/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes certificates of SEV-SNP. See snp-cert.h. */

#include "vendor/snp-cert.h"

#include <string.h>

#include "vendor/crl.h"
#include "vendor/product-table.h"
#include "vendor/x509.h"

#define OID_AMD "1.3.6.1.4.1.3704.1"

/* Extensions of a certificate that is being made; they own their values. */
typedef struct Extensions {
    VendorExtension list[16];
    char *oids[16];
    size_t n;
} Extensions;

static void extensions_clear(Extensions *extensions)
{
    for (size_t i = 0; i < extensions->n; i++) {
        g_bytes_unref(extensions->list[i].value);
        g_free(extensions->oids[i]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Extensions, extensions_clear)

static void extend(Extensions *extensions, const char *base, const char *oid,
                   bool critical, GBytes *value)
{
    size_t i = extensions->n++;

    g_assert(i < G_N_ELEMENTS(extensions->list));
    extensions->oids[i] = g_strconcat(base, oid, NULL);
    extensions->list[i] = (VendorExtension) {
        extensions->oids[i], critical, value
    };
}

/* The same day and time, so many years later */
static int64_t years_after(int64_t from, int years)
{
    g_autoptr(GDateTime) begin = g_date_time_new_from_unix_utc(from);
    g_autoptr(GDateTime) end = g_date_time_add_years(begin, years);

    return g_date_time_to_unix(end);
}

/* RFC 5280, section 4.2.1.2, method 1, of the key as the certificate has it */
static void key_id(GBytes *key, uint8_t id[20])
{
    gcry_md_hash_buffer(GCRY_MD_SHA1, id, g_bytes_get_data(key, NULL),
                        g_bytes_get_size(key));
}

char *vendor_authority_name(const VendorProduct *product,
                            VendorAuthority authority)
{
    static const char *const prefixes[] = {
        [VENDOR_ARK] = "ARK-", [VENDOR_ASK] = "SEV-",
        [VENDOR_ASVK] = "SEV-VLEK-",
    };

    return g_strconcat(prefixes[authority], product->name, NULL);
}

static void extend_root(Extensions *extensions, const uint8_t id[20],
                        const char *crl)
{
    extend(extensions, "2.5.29", ".15", true,
           vendor_x509_key_usage(VENDOR_USAGE_CERT_SIGN |
                                 VENDOR_USAGE_CRL_SIGN));
    extend(extensions, "2.5.29", ".14", false, vendor_x509_key_id(id));
    extend(extensions, "2.5.29", ".19", true, vendor_x509_constraints(-1));
    extend(extensions, "2.5.29", ".31", false, vendor_x509_crl_point(crl));
}

static void extend_signer(Extensions *extensions, const uint8_t id[20],
                          const uint8_t ark_id[20], const char *crl)
{
    extend(extensions, "2.5.29", ".14", false, vendor_x509_key_id(id));
    extend(extensions, "2.5.29", ".35", false, vendor_x509_authority(ark_id));
    extend(extensions, "2.5.29", ".19", true, vendor_x509_constraints(0));
    extend(extensions, "2.5.29", ".15", true,
           vendor_x509_key_usage(VENDOR_USAGE_CERT_SIGN));
    extend(extensions, "2.5.29", ".31", false, vendor_x509_crl_point(crl));
}

static GBytes *make(VendorX509 *cert, const Extensions *extensions,
                    gcry_sexp_t signer, const VendorCertEdit *edit,
                    GError **errp)
{
    cert->extensions = extensions->list;
    cert->nr_extensions = extensions->n;
    if (edit) {
        edit->edit(cert, edit->opaque);
    }
    return vendor_x509_make(cert, edit && edit->signer ? edit->signer : signer,
                            errp);
}

GBytes *vendor_authority_cert(const VendorProduct *product,
                              VendorAuthority authority, gcry_sexp_t key,
                              gcry_sexp_t ark, int64_t from, GError **errp)
{
    return vendor_authority_cert_edited(product, authority, key, ark, from,
                                        NULL, errp);
}

GBytes *vendor_authority_cert_edited(const VendorProduct *product,
                                     VendorAuthority authority,
                                     gcry_sexp_t key, gcry_sexp_t ark,
                                     int64_t from, const VendorCertEdit *edit,
                                     GError **errp)
{
    g_autoptr(GBytes) public = vendor_x509_rsa_key(key);
    g_autoptr(GBytes) ark_public = vendor_x509_rsa_key(ark);
    g_autofree char *issuer = vendor_authority_name(product, VENDOR_ARK);
    g_autofree char *subject = vendor_authority_name(product, authority);
    g_autofree char *crl = g_strdup_printf(
        "https://kdsintf.amd.com/%s/v1/%s/crl",
        authority == VENDOR_ASVK ? "vlek" : "vcek", product->name);
    g_auto(Extensions) extensions = { .n = 0 };
    VendorX509 cert = {
        .serial = vendor_authority_serial(product, authority),
        .issuer = issuer, .subject = subject,
        .from = from, .to = years_after(from, 25),
        .is_rsa = true, .key = public, .trailer = true,
    };
    uint8_t id[20], ark_id[20];

    g_assert(public && ark_public);
    key_id(public, id);
    key_id(ark_public, ark_id);
    if (authority == VENDOR_ARK) {
        extend_root(&extensions, id, crl);
    } else {
        extend_signer(&extensions, id, ark_id, crl);
    }
    return make(&cert, &extensions, ark, edit, errp);
}

/* AMD's own extensions; the chip's id lies there without any encoding. */
static void extend_leaf(Extensions *extensions, const VendorProduct *product,
                        const VendorSubject *subject)
{
    g_autofree char *name = g_strconcat(
        product->name, subject->csp_id ? "" : product->stepping, NULL);

    extend(extensions, OID_AMD, ".1", false,
           vendor_x509_number(product->version));
    extend(extensions, OID_AMD, ".2", false, vendor_x509_text(name));
    for (size_t i = 0; i < VENDOR_SPLS; i++) {
        const VendorSpl *spl = &product->spls[i];

        extend(extensions, OID_AMD, spl->oid, false,
               vendor_x509_number(subject->tcb.byte[spl->byte]));
    }
    if (subject->csp_id) {
        extend(extensions, OID_AMD, ".5", false,
               vendor_x509_text(subject->csp_id));
    } else {
        extend(extensions, OID_AMD, ".4", false,
               g_bytes_new(subject->chip_id, product->chip_id_size));
    }
}

GBytes *vendor_leaf_cert(const VendorProduct *product,
                         const VendorSubject *subject, gcry_sexp_t signer,
                         int64_t from, GError **errp)
{
    return vendor_leaf_cert_edited(product, subject, signer, from, NULL, errp);
}

GBytes *vendor_leaf_cert_edited(const VendorProduct *product,
                                const VendorSubject *subject,
                                gcry_sexp_t signer, int64_t from,
                                const VendorCertEdit *edit, GError **errp)
{
    bool is_vlek = subject->csp_id;
    g_autofree char *issuer = vendor_authority_name(
        product, is_vlek ? VENDOR_ASVK : VENDOR_ASK);
    g_autoptr(GBytes) key = g_bytes_new(subject->point,
                                        sizeof(subject->point));
    g_auto(Extensions) extensions = { .n = 0 };
    VendorX509 cert = {
        .serial = 0, .issuer = issuer,
        .subject = is_vlek ? "SEV-VLEK" : "SEV-VCEK",
        .from = from, .to = years_after(from, 7),
        .key = key, .trailer = product->leaf_trailer,
    };

    extend_leaf(&extensions, product, subject);
    return make(&cert, &extensions, signer, edit, errp);
}

/* Both extensions are those that RFC 5280 asks of every list. */
GBytes *vendor_revoked_list(const VendorProduct *product, gcry_sexp_t ark,
                            const VendorRevoked *list, size_t n, int64_t from,
                            GError **errp)
{
    g_autoptr(GBytes) public = vendor_x509_rsa_key(ark);
    g_autofree char *issuer = vendor_authority_name(product, VENDOR_ARK);
    g_auto(Extensions) extensions = { .n = 0 };
    VendorCrl crl = {
        .issuer = issuer, .from = from, .to = years_after(from, 1),
        .revoked = list, .nr_revoked = n,
    };
    uint8_t id[20];

    g_assert(public);
    key_id(public, id);
    extend(&extensions, "2.5.29", ".35", false, vendor_x509_authority(id));
    extend(&extensions, "2.5.29", ".20", false, vendor_x509_number(n + 1));
    crl.extensions = extensions.list;
    crl.nr_extensions = extensions.n;
    return vendor_crl_make(&crl, ark, errp);
}
