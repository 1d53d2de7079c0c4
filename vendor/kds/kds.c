/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers what AMD's key server is asked for. See kds.h. */

#include "vendor/kds/kds.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "vendor/kds/kds-limit.h"
#include "vendor/kds/kds-sticks.h"

#define TYPE_DER  "application/octet-stream"
#define TYPE_PEM  "application/x-pem-file"
#define TYPE_TEXT "text/plain"
#define TYPE_JSON "application/json"

#define NO_VLEK "VLEKs are for a provider (sevemu kds --vlek)"

#define DAY  (24 * 60 * 60)
#define YEAR (365 * DAY)

/* Certificates and lists that are remembered, about 2 KiB each */
#define MAX_MADE 4096

struct Kds {
    KdsOps ops;
    KdsFaults faults;
    void *opaque;
    int64_t start;              /* seconds since 1970 */
    GHashTable *made;           /* GBytes of a KdsRequest: GBytes */
    KdsLimit *limit;            /* NULL: none */
};

Kds *kds_new(const KdsOps *ops, const KdsFaults *faults, void *opaque)
{
    Kds *kds = g_new0(Kds, 1);

    kds->ops = *ops;
    kds->faults = *faults;
    kds->opaque = opaque;
    kds->start = g_get_real_time() / G_USEC_PER_SEC;
    kds->made = g_hash_table_new_full(
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
        (GDestroyNotify)g_bytes_unref);
    if (faults->limit) {
        kds->limit = kds_limit_new(faults->limit);
    }
    return kds;
}

void kds_free(Kds *kds)
{
    if (kds) {
        g_hash_table_unref(kds->made);
        kds_limit_free(kds->limit);
        g_free(kds);
    }
}

void kds_answer_text(unsigned status, const char *text, KdsAnswer *answer)
{
    char *line = g_strconcat(text, "\n", NULL);

    answer->status = status;
    answer->type = TYPE_TEXT;
    answer->body = g_bytes_new_take(line, strlen(line));
}

/* Our own failure: who asked is told no more, the user all of it. */
static void answer_failed(const GError *error, KdsAnswer *answer)
{
    g_printerr("sevemu: %s\n", error ? error->message
                                     : "the chip's key can't be derived");
    kds_answer_text(500, "the server can't make that", answer);
}

static KdsFound find_key(Kds *kds, const KdsRequest *request, KdsKey *key)
{
    memset(key, 0, sizeof(*key));
    return request->vlek ? kds->ops.vlek(kds->opaque, request, key)
                         : kds->ops.vcek(kds->opaque, request, key);
}

static GBytes *make_cert(Kds *kds, const KdsRequest *request,
                         const KdsKey *key, GError **errp)
{
    const Vendor *vendor = kds->ops.vendor(kds->opaque, request->product);
    VendorSubject subject = { .csp_id = key->csp_id };
    int64_t from = key->from;

    /* Seven years are what they last. */
    if (kds->faults.expired) {
        from = kds->start - 8 * (int64_t)YEAR - 2 * DAY;
    }
    subject.tcb = request->tcb;
    memcpy(subject.point, key->point, sizeof(subject.point));
    memcpy(subject.chip_id, request->chip_id, sizeof(subject.chip_id));
    return request->vlek ? vendor_vlek_cert(vendor, &subject, from, errp)
                         : vendor_vcek_cert(vendor, &subject, from, errp);
}

static GBytes *make_crl(Kds *kds, const KdsRequest *request, GError **errp)
{
    const Vendor *vendor = kds->ops.vendor(kds->opaque, request->product);
    const VendorRevoked revoked[] = {
        { vendor_authority_serial(request->product, VENDOR_ASK),
          kds->start - DAY },
        { vendor_authority_serial(request->product, VENDOR_ASVK),
          kds->start - DAY },
    };

    /* A clock that is a little behind finds it good too. */
    return vendor_crl(vendor, request->vlek, revoked,
                      kds->faults.revoked ? G_N_ELEMENTS(revoked) : 0,
                      kds->start - DAY, errp);
}

/* What was made of @request before, or NULL */
static GBytes *find_made(Kds *kds, const KdsRequest *request)
{
    g_autoptr(GBytes) name = g_bytes_new(request, sizeof(*request));
    GBytes *made = g_hash_table_lookup(kds->made, name);

    return made ? g_bytes_ref(made) : NULL;
}

static void remember(Kds *kds, const KdsRequest *request, GBytes *made)
{
    if (g_hash_table_size(kds->made) >= MAX_MADE) {
        g_hash_table_remove_all(kds->made);
    }
    g_hash_table_insert(kds->made, g_bytes_new(request, sizeof(*request)),
                        g_bytes_ref(made));
}

static void answer_der(Kds *kds, const KdsRequest *request, GBytes *made,
                       KdsAnswer *answer)
{
    remember(kds, request, made);
    answer->status = 200;
    answer->type = TYPE_DER;
    answer->body = made;
}

static void answer_cert(Kds *kds, const KdsRequest *request,
                        const char *address, KdsAnswer *answer)
{
    g_autoptr(GError) error = NULL;
    GBytes *made;
    KdsKey key;

    if (request->vlek && !kds->ops.vlek) {
        kds_answer_text(403, NO_VLEK, answer);
        return;
    }
    if (kds->limit && !request->vlek && !kds_limit_pass(kds->limit, address)) {
        kds_answer_text(429, "too many requests", answer);
        return;
    }
    made = find_made(kds, request);
    if (made) {
        answer_der(kds, request, made, answer);
        return;
    }
    switch (kds->faults.not_found ? KDS_NONE : find_key(kds, request, &key)) {
    case KDS_FOUND:
        made = make_cert(kds, request, &key, &error);
        break;
    case KDS_NONE:
        kds_answer_text(404, "there is no such chip", answer);
        return;
    case KDS_FAILED:
        break;
    }
    if (made) {
        answer_der(kds, request, made, answer);
    } else {
        answer_failed(error, answer);
    }
}

static void answer_crl(Kds *kds, const KdsRequest *request, KdsAnswer *answer)
{
    g_autoptr(GError) error = NULL;
    GBytes *made = find_made(kds, request);

    if (!made) {
        made = make_crl(kds, request, &error);
    }
    if (made) {
        answer_der(kds, request, made, answer);
    } else if (g_error_matches(error, VENDOR_ERROR, VENDOR_ERROR_MISSING)) {
        kds_answer_text(404, "the manufacturer has no list of that kind",
                        answer);
    } else {
        answer_failed(error, answer);
    }
}

static void append_pem(GString *text, GBytes *der)
{
    gsize size;
    gnutls_datum_t binary = {
        (unsigned char *)g_bytes_get_data(der, &size), 0
    };
    gnutls_datum_t pem;

    binary.size = size;
    g_assert(gnutls_pem_base64_encode2("CERTIFICATE", &binary, &pem) == 0);
    g_string_append_len(text, (char *)pem.data, pem.size);
    gnutls_free(pem.data);
}

/* Who signs keys, then the root, and nothing after it */
static void answer_chain(Kds *kds, const KdsRequest *request,
                         KdsAnswer *answer)
{
    const Vendor *vendor = kds->ops.vendor(kds->opaque, request->product);
    GBytes *signer = request->vlek ? vendor_asvk_der(vendor)
                                   : vendor_ask_der(vendor);
    GString *text;

    if (!signer) {
        kds_answer_text(404, "the manufacturer has no such certificate",
                        answer);
        return;
    }
    text = g_string_new(NULL);
    append_pem(text, signer);
    append_pem(text, vendor_ark_der(vendor));
    answer->status = 200;
    answer->type = TYPE_PEM;
    answer->body = g_string_free_to_bytes(text);
}

static void answer_sticks(Kds *kds, const KdsRequest *request, GBytes *post,
                          KdsAnswer *answer)
{
    g_autofree char *why = NULL;

    if (!kds->ops.stick) {
        kds_answer_text(403, NO_VLEK, answer);
        return;
    }
    answer->body = kds_sticks_make(&kds->ops, kds->opaque, request, post,
                                   kds->faults.not_found, &why);
    answer->status = 200;
    answer->type = TYPE_JSON;
    if (!answer->body) {
        kds_answer_text(400, why, answer);
    }
}

static void answer_request(Kds *kds, const KdsRequest *request, GBytes *post,
                           const char *address, KdsAnswer *answer)
{
    bool sticks = request->what == KDS_WHAT_HASH_STICKS;

    if (sticks != (post != NULL)) {
        answer->allow = sticks ? "POST" : "GET, HEAD";
        kds_answer_text(405, "that is not how it is asked for", answer);
        return;
    }
    switch (request->what) {
    case KDS_WHAT_CERT:
        answer_cert(kds, request, address, answer);
        break;
    case KDS_WHAT_CHAIN:
        answer_chain(kds, request, answer);
        break;
    case KDS_WHAT_CRL:
        answer_crl(kds, request, answer);
        break;
    case KDS_WHAT_HASH_STICKS:
        answer_sticks(kds, request, post, answer);
        break;
    }
}

void kds_answer(Kds *kds, const char *uri, GBytes *post, const char *address,
                KdsAnswer *answer)
{
    g_autofree char *why = NULL;
    KdsRequest request;
    unsigned status;

    memset(answer, 0, sizeof(*answer));
    status = kds_request_parse(&request, uri, &why);
    if (status == 200 && kds->faults.wrong_tcb) {
        kds_request_raise_snp(&request);
    }
    if (kds->faults.outage) {
        kds_answer_text(503, "the server is out of order", answer);
    } else if (status != 200) {
        kds_answer_text(status, why, answer);
    } else {
        answer_request(kds, &request, post, address, answer);
    }
    answer->delay = kds->faults.delay;
    answer->cut = kds->faults.truncated;
}
