/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads files of certificates. */

#include <string.h>
#include "guest-owner/chain/chain.h"
#include "guest-owner/base/owner.h"

/* What is left of a file */
typedef struct Rest {
    GBytes *file;
    const uint8_t *data;
    gsize len;
} Rest;

/* All of @text, which has no NUL, without white space */
static char *squeeze(const uint8_t *text, size_t len)
{
    GString *out = g_string_sized_new(len);

    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isspace(text[i])) {
            g_string_append_c(out, text[i]);
        }
    }
    return g_string_free(out, FALSE);
}

/* Strict base64, but for white space; NULL when it is not */
static GBytes *decode(const uint8_t *text, size_t text_len)
{
    g_autofree char *squeezed = NULL;
    g_autofree char *again = NULL;
    guchar *raw;
    gsize len;

    if (memchr(text, 0, text_len)) {
        return NULL;
    }
    squeezed = squeeze(text, text_len);
    raw = g_base64_decode(squeezed, &len);
    /* GLib skips what is not base64: only the reverse shows it was there */
    again = g_base64_encode(raw, len);
    if (strcmp(again, squeezed) != 0) {
        g_free(raw);
        return NULL;
    }
    return g_bytes_new_take(raw, len);
}

/* Every certificate begins with the byte 1, which no text has. */
static bool open_rest(Rest *rest, GBytes *file, const char *name,
                      GError **errp)
{
    rest->data = g_bytes_get_data(file, &rest->len);
    if (rest->len == 0 || rest->data[0] == SEV_CERT_VERSION) {
        rest->file = g_bytes_ref(file);
        return true;
    }
    rest->file = decode(rest->data, rest->len);
    if (!rest->file) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: neither certificates nor base64 of them", name);
        return false;
    }
    rest->data = g_bytes_get_data(rest->file, &rest->len);
    return true;
}

static bool take_sev(Rest *rest, uint32_t usage, const char *name,
                     SevCert *cert, GError **errp)
{
    if (!sev_cert_read(rest->data, rest->len, usage, name, cert, errp)) {
        return false;
    }
    rest->data += sizeof(*cert);
    rest->len -= sizeof(*cert);
    return true;
}

/* ASK and ARK, in any order, until nothing is left */
static bool take_ca(Rest *rest, const char *name, Chain *chain,
                    GError **errp)
{
    while (rest->len) {
        CaCert cert;
        bool *has;

        if (!ca_cert_read(rest->data, rest->len, name, &cert, errp)) {
            return false;
        }
        has = cert.usage == SEV_USAGE_ARK ? &chain->has_ark
                                          : &chain->has_ask;
        if (*has) {
            g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                        "%s: a second %s", name, cert_usage_name(cert.usage));
            return false;
        }
        *has = true;
        *(cert.usage == SEV_USAGE_ARK ? &chain->ark : &chain->ask) = cert;
        rest->data += cert.size;
        rest->len -= cert.size;
    }
    return true;
}

bool chain_read(GBytes *file, const char *name, Chain *chain, GError **errp)
{
    Rest rest;
    bool ok;

    chain->has_ask = chain->has_ark = false;
    if (!open_rest(&rest, file, name, errp)) {
        return false;
    }
    ok = take_sev(&rest, SEV_USAGE_PDH, name, &chain->pdh, errp) &&
         take_sev(&rest, SEV_USAGE_PEK, name, &chain->pek, errp) &&
         take_sev(&rest, SEV_USAGE_OCA, name, &chain->oca, errp) &&
         take_sev(&rest, SEV_USAGE_CEK, name, &chain->cek, errp) &&
         take_ca(&rest, name, chain, errp);
    g_bytes_unref(rest.file);
    return ok;
}

bool chain_read_ca(GBytes *file, const char *name, Chain *chain,
                   GError **errp)
{
    Chain given = { .has_ask = false };
    Rest rest;
    bool ok;

    if (!open_rest(&rest, file, name, errp)) {
        return false;
    }
    ok = take_ca(&rest, name, &given, errp);
    g_bytes_unref(rest.file);
    if (!ok) {
        return false;
    }
    if (!given.has_ark) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: no certificate of an ARK", name);
        return false;
    }
    chain->has_ark = true;
    chain->ark = given.ark;
    if (given.has_ask) {
        chain->has_ask = true;
        chain->ask = given.ask;
    }
    return true;
}

bool chain_read_pdh(GBytes *file, const char *name, SevCert *pdh,
                    GError **errp)
{
    const char *flaw;
    Rest rest;
    bool ok;

    if (!open_rest(&rest, file, name, errp)) {
        return false;
    }
    ok = take_sev(&rest, SEV_USAGE_PDH, name, pdh, errp);
    /* What follows is for "verify" to look at */
    g_bytes_unref(rest.file);
    flaw = ok ? sev_cert_flaw(pdh) : NULL;
    if (flaw) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "%s: PDH: %s", name,
                    flaw);
    }
    return ok && !flaw;
}
