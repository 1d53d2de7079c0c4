/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges who has signed a report, certificate by certificate. */

#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/report/judge.h"
#include "guest-owner/report/x509.h"

/* A key of a report's, and who signs it */
typedef struct Link {
    CertRole role;
    const char *prefix;         /* of its verdicts */
    const char *name;           /* CN; if it ends in '-', the product follows */
} Link;

static const Link vcek_links[] = {
    { CERT_VCEK, "vcek", "SEV-VCEK" },
    { CERT_ASK, "ask", "SEV-" },
    { CERT_ARK, "ark", "ARK-" },
};

static const Link vlek_links[] = {
    { CERT_VLEK, "vlek", "SEV-VLEK" },
    { CERT_ASVK, "asvk", "SEV-VLEK-" },
    { CERT_ARK, "ark", "ARK-" },
};

#define NR_LINKS G_N_ELEMENTS(vcek_links)

static char *key_flaw(Judge *judge, unsigned signer)
{
    uint32_t info = le32_get(judge->report.key_info);

    if (info & SNP_REPORT_MASK_CHIP_KEY || signer == SNP_SIGNER_NONE) {
        return g_strdup("it is not signed: the platform masks its chip's key "
                        "(MASK_CHIP_KEY)");
    }
    if (signer != SNP_SIGNER_VCEK && signer != SNP_SIGNER_VLEK) {
        return g_strdup_printf("expected a VCEK or VLEK, found key %u",
                               signer);
    }
    if (le32_get(judge->report.sig_algo) != SNP_ALGO_ECDSA_P384_SHA384) {
        return g_strdup_printf("expected ECDSA P-384 with SHA-384 (1), found "
                               "algorithm %u",
                               le32_get(judge->report.sig_algo));
    }
    return NULL;
}

/* Without a product that is known, any will do, but the same for all. */
static void judge_name(Judge *judge, const Link *link, gnutls_x509_crt_t cert)
{
    bool of_product = g_str_has_suffix(link->name, "-");
    g_autofree char *found = x509_common_name(cert);
    g_autofree char *expected = NULL;
    g_autofree char *flaw = NULL;

    if (of_product && !judge->product && found &&
        g_str_has_prefix(found, link->name)) {
        expected = g_strdup(found);
    } else {
        expected = g_strconcat(link->name,
                               !of_product ? ""
                               : judge->product ? judge->product : "...",
                               NULL);
    }
    flaw = x509_name_flaw(cert, expected);
    verdicts_add(judge->verdicts, flaw ? VERDICT_BAD : VERDICT_GOOD, "name",
                 "%s", flaw ? flaw : expected);
}

static void judge_validity(Judge *judge, gnutls_x509_crt_t cert)
{
    g_autofree char *flaw = x509_validity_flaw(cert, judge->policy->at);
    g_autofree char *text = x509_validity_text(cert);

    verdicts_add(judge->verdicts, flaw ? VERDICT_BAD : VERDICT_GOOD,
                 "validity", "%s", flaw ? flaw : text);
}

static void judge_authority(Judge *judge, bool is_root,
                            gnutls_x509_crt_t cert)
{
    RsaKey key;
    g_autofree char *critical = x509_critical_flaw(cert);

    verdicts_judge(judge->verdicts, "key", x509_rsa_key(cert, &key));
    verdicts_judge(judge->verdicts, "extensions", critical);
    verdicts_judge(judge->verdicts, "authority",
                   x509_authority_flaw(cert, is_root));
}

static void judge_root(Judge *judge, gnutls_x509_crt_t ark)
{
    g_autofree char *hex = NULL;
    RootVerdict root;
    RsaKey key;

    if (x509_rsa_key(ark, &key)) {
        return;
    }
    root_judge_key(&key, judge->product, judge->certs->origin, &root);
    hex = json_text_hex(root.fingerprint, CERT_FINGERPRINT_SIZE);
    verdicts_add(judge->verdicts, VERDICT_TOLD, "fingerprint", "%s", hex);
    verdicts_add(judge->verdicts, root.trusted ? VERDICT_GOOD : VERDICT_BAD,
                 "root", "%s: %s", root.name, root.why);
}

static void judge_issuer(Judge *judge, const Link *issuer,
                         gnutls_x509_crt_t cert, gnutls_x509_crt_t by)
{
    const char *name = cert == by ? "key itself"
                                  : cert_role_name(issuer->role);
    g_autofree char *flaw = NULL;

    if (!by) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "signature",
                     "there is no %s to look at it with", name);
        return;
    }
    flaw = x509_signature_flaw(cert, by);
    verdicts_add(judge->verdicts, flaw ? VERDICT_BAD : VERDICT_GOOD,
                 "signature", flaw ? "of the %s: %s" : "of the %s%s", name,
                 flaw ? flaw : "");
}

/* The certificate of a link; NULL: there is none that can be looked at. */
static gnutls_x509_crt_t open_cert(const Judge *judge, const Link *link,
                                   char **flaw)
{
    GBytes *der = judge->certs->der[link->role];
    const char *why = NULL;
    gnutls_x509_crt_t cert = der ? x509_open(der, &why) : NULL;

    if (!der) {
        *flaw = g_strdup("there is none: --certs, --ca or --kds give it");
    } else if (!cert) {
        *flaw = g_strdup_printf("it is none: %s", why);
    }
    return cert;
}

/* Certificate @i with what is above it, a tree that grows to the root */
static void judge_link(Judge *judge, const Link *links, size_t i,
                       gnutls_x509_crt_t *certs, char **flaws)
{
    const Link *link = &links[i];
    GBytes *der = judge->certs->der[link->role];
    g_autofree char *id = der ? x509_short_fingerprint(der) : NULL;
    bool is_root = i + 1 == NR_LINKS;

    verdicts_open(judge->verdicts, link->prefix, "%s %s",
                  cert_role_name(link->role), id ? id : "(missing)");
    if (!certs[i]) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "certificate", "%s",
                     flaws[i]);
    } else {
        if (i == 0) {
            judge_leaf(judge, link->role == CERT_VLEK, certs[i]);
        } else {
            judge_authority(judge, is_root, certs[i]);
        }
        judge_name(judge, link, certs[i]);
        judge_validity(judge, certs[i]);
        judge_issuer(judge, &links[is_root ? i : i + 1], certs[i],
                     certs[is_root ? i : i + 1]);
    }
    if (is_root && certs[i]) {
        judge_root(judge, certs[i]);
        judge_crl(judge, certs[i], certs[i - 1]);
    } else if (!is_root) {
        judge_link(judge, links, i + 1, certs, flaws);
    }
    verdicts_close(judge->verdicts);
}

void judge_chain(Judge *judge)
{
    unsigned signer = le32_get(judge->report.key_info) >>
                      SNP_REPORT_SIGNER_SHIFT & 7;
    const Link *links = signer == SNP_SIGNER_VLEK ? vlek_links : vcek_links;
    gnutls_x509_crt_t certs[NR_LINKS];
    g_autofree char *flaw = key_flaw(judge, signer);
    char *flaws[NR_LINKS] = { NULL };

    verdicts_judge(judge->verdicts, "signing-key", flaw);
    if (flaw) {
        return;
    }
    for (size_t i = 0; i < NR_LINKS; i++) {
        certs[i] = open_cert(judge, &links[i], &flaws[i]);
    }
    judge_link(judge, links, 0, certs, flaws);
    for (size_t i = 0; i < NR_LINKS; i++) {
        g_free(flaws[i]);
        if (certs[i]) {
            gnutls_x509_crt_deinit(certs[i]);
        }
    }
}
