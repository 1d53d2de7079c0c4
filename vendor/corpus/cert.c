/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes certificates, right ones and those with something wrong. */

#include "vendor/corpus/cert.h"

#include <string.h>

#include "vendor/state.h"

#define MAX_EXTENSIONS 20

/* A certificate that is being changed; it owns what it points to. */
typedef struct Work {
    const Case *c;
    const CertChange *change;
    VendorExtension list[MAX_EXTENSIONS];
    size_t n;
    GBytes *value, *key;
    char *issuer;
} Work;

static void work_clear(Work *work)
{
    g_clear_pointer(&work->value, g_bytes_unref);
    g_clear_pointer(&work->key, g_bytes_unref);
    g_clear_pointer(&work->issuer, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static void put(Work *work, VendorExtension extension)
{
    g_assert(work->n < MAX_EXTENSIONS);
    work->list[work->n++] = extension;
}

/* One extension as it was, changed, twice or not at all */
static void change_extension(Work *work, const VendorExtension *extension)
{
    const CertChange *change = work->change;
    VendorExtension copy = *extension;

    if (g_strcmp0(change->drop, extension->oid) == 0) {
        return;
    }
    if (g_strcmp0(change->replace, extension->oid) == 0) {
        copy.value = work->value = change->value(work->c);
    }
    put(work, copy);
    if (g_strcmp0(change->twice, extension->oid) == 0) {
        put(work, copy);
    }
}

static void change_extensions(Work *work, VendorX509 *cert)
{
    static const uint8_t null[] = { 0x05, 0x00 };
    const CertChange *change = work->change;

    for (size_t i = 0; i < cert->nr_extensions; i++) {
        change_extension(work, &cert->extensions[i]);
    }
    if (change->add) {
        work->value = g_bytes_new_static(null, sizeof(null));
        put(work, (VendorExtension) { change->add, change->critical,
                                      work->value });
    }
    cert->extensions = work->list;
    cert->nr_extensions = work->n;
}

static void change_cert(VendorX509 *cert, void *opaque)
{
    Work *work = opaque;
    const CertChange *change = work->change;

    if (change->issuer) {
        work->issuer = g_strdup_printf(
            "%s%s", change->issuer,
            vendor_product_name(change->other ? work->c->keys->other
                                              : work->c->keys->product));
        cert->issuer = work->issuer;
    }
    cert->issuer = change->issuer_name ? change->issuer_name : cert->issuer;
    cert->subject = change->subject ? change->subject : cert->subject;
    cert->issuer_organization = change->issuer_organization;
    cert->organization = change->organization;
    cert->form = change->form;
    if (change->p256) {
        work->key = corpus_ec_point(work->c->keys->ec[CORPUS_EC_P256]);
        cert->key = work->key;
        cert->is_p256 = true;
    }
    change_extensions(work, cert);
}

/* Takes @der over. */
static GBytes *spoil(GBytes *der, CertSpoil how)
{
    gsize size = der ? g_bytes_get_size(der) : 0;
    g_autofree uint8_t *data = NULL;

    if (!der || how == CERT_SPOIL_NOT) {
        return der;
    }
    data = g_malloc0(size + 1);
    memcpy(data, g_bytes_get_data(der, NULL), size);
    g_bytes_unref(der);
    if (how == CERT_SPOIL_BIT) {
        data[size - 1] ^= 1;    /* the signature comes last */
    } else {
        size += how == CERT_SPOIL_TAIL ? 1 : -1;
    }
    return g_bytes_new_take(g_steal_pointer(&data), size);
}

/* The key of the root as the case has it */
static gcry_sexp_t root_key(const Case *c)
{
    const CertChange *root = c->row->root;

    return c->keys->rsa[root && root->key ? root->key : CORPUS_RSA_ARK];
}

static bool has_asvk(const CaseRow *row)
{
    return row->authority ? row->authority == CASE_AUTHORITY_ASVK : row->vlek;
}

static GBytes *make_leaf(const Case *c, const CertChange *change,
                         GError **errp)
{
    const CorpusKeys *keys = c->keys;
    g_auto(Work) work = { .c = c, .change = change };
    VendorCertEdit edit = {
        change->signer ? keys->rsa[change->signer] : NULL, change_cert, &work
    };
    VendorSubject subject;
    GBytes *der;

    corpus_subject(keys, c->row->vlek, &subject);
    if (change->whose) {
        change->whose(&subject, keys);
    }
    der = vendor_leaf_cert_edited(
        keys->product, &subject,
        keys->rsa[c->row->vlek ? CORPUS_RSA_ASVK : CORPUS_RSA_ASK],
        keys->now - CORPUS_DAY + change->years * (int64_t)CORPUS_YEAR, &edit,
        errp);
    return spoil(der, change->spoil);
}

static GBytes *make_authority(const Case *c, VendorAuthority authority,
                              CorpusRsa usual, const CertChange *change,
                              GError **errp)
{
    const CorpusKeys *keys = c->keys;
    g_auto(Work) work = { .c = c, .change = change };
    VendorCertEdit edit = {
        change->signer ? keys->rsa[change->signer] : NULL, change_cert, &work
    };
    GBytes *der = vendor_authority_cert_edited(
        change->other ? keys->other : keys->product, authority,
        keys->rsa[change->key ? change->key : usual], root_key(c),
        keys->now - CORPUS_YEAR + change->years * (int64_t)CORPUS_YEAR, &edit,
        errp);

    return spoil(der, change->spoil);
}

static GBytes *make_signing(const Case *c, GError **errp)
{
    static const CertChange none;
    const CaseRow *row = c->row;
    bool is_asvk = has_asvk(row);
    const Vendor *vendor = c->keys->vendor;

    if (!row->signing && !(row->root && row->root->key)) {
        return g_bytes_ref(is_asvk ? vendor->asvk_der : vendor->ask_der);
    }
    return make_authority(c, is_asvk ? VENDOR_ASVK : VENDOR_ASK,
                          is_asvk ? CORPUS_RSA_ASVK : CORPUS_RSA_ASK,
                          row->signing ? row->signing : &none, errp);
}

static bool make_crl(Case *c, GError **errp)
{
    const CorpusKeys *keys = c->keys;
    bool is_asvk = has_asvk(c->row);
    int64_t from = keys->now - CORPUS_DAY;
    const VendorRevoked revoked = {
        vendor_authority_serial(keys->product,
                                is_asvk ? VENDOR_ASVK : VENDOR_ASK), from
    };

    switch (c->row->crl) {
    case CASE_CRL_NONE:
        return true;
    case CASE_CRL_STRANGER:
        c->crl = vendor_revoked_list(keys->product,
                                     keys->rsa[CORPUS_RSA_STRANGER], NULL, 0,
                                     from, errp);
        break;
    case CASE_CRL_OLD:
        from -= 2 * CORPUS_YEAR;
        /* fall through */
    default:
        c->crl = vendor_crl(keys->vendor, is_asvk, &revoked,
                            c->row->crl == CASE_CRL_REVOKED, from, errp);
    }
    return c->crl != NULL;
}

bool case_make_certs(Case *c, GError **errp)
{
    const CaseRow *row = c->row;

    c->leaf = row->leaf ? make_leaf(c, row->leaf, errp)
                        : g_bytes_ref(c->keys->leaf[row->vlek]);
    if (!c->leaf) {
        return false;
    }
    c->root = row->root ? make_authority(c, VENDOR_ARK, CORPUS_RSA_ARK,
                                         row->root, errp)
                        : g_bytes_ref(c->keys->vendor->ark_der);
    if (!c->root) {
        return false;
    }
    c->signing = make_signing(c, errp);
    return c->signing && make_crl(c, errp);
}
