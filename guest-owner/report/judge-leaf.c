/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges the VCEK or VLEK: is it that of the report's processor? */

#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/report/judge.h"
#include "guest-owner/report/leaf.h"
#include "guest-owner/report/report.h"
#include "guest-owner/report/x509.h"

#define SHORT_ID      8         /* bytes of a chip's id, to show it by */

static void turn(const uint8_t *little, uint8_t *big)
{
    for (size_t i = 0; i < SEV_P384_SIZE; i++) {
        big[SEV_P384_SIZE - 1 - i] = little[i];
    }
}

static void judge_signature(Judge *judge, const char *role,
                            gnutls_x509_crt_t cert)
{
    const SnpReport *report = &judge->report;
    P384Signature signature;
    P384Point point;
    Digest digest;
    const char *flaw = x509_p384_key(cert, &point);

    verdicts_judge(judge->verdicts, "key", flaw);
    digest_make(&digest, DIGEST_SHA384, report, SNP_REPORT_SIGNED_SIZE);
    turn(report->signature.r, signature.r);
    turn(report->signature.s, signature.s);
    if (flaw || !p384_verify(&point, &digest, &signature)) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "signs-report",
                     "the report's signature is not of this key");
    } else {
        verdicts_add(judge->verdicts, VERDICT_GOOD, "signs-report", "%s",
                     role);
    }
}

/* 'B' and the stepping, of "Milan-B1"; 0: it has none of this form */
static char stepping_of(const char *product)
{
    const char *dash = strchr(product, '-');

    return dash && dash[1] == 'B' && dash[2] && !dash[3] ? dash[2] : 0;
}

static void judge_product(Judge *judge, const Leaf *leaf)
{
    const char *name = leaf->product ? leaf->product : "(none)";
    size_t len = strcspn(name, "-");
    char stepping = stepping_of(name);
    const char *expected = judge->product;

    if (!expected) {
        verdicts_add(judge->verdicts, VERDICT_TOLD, "product",
                     "%s, which the report does not tell", name);
    } else if (strlen(expected) != len || strncmp(name, expected, len) != 0) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "product",
                     "%s, and the report's is %s", name, expected);
    } else if (le32_get(judge->report.version) >= REPORT_VERSION_CPUID &&
               stepping &&
               stepping != '0' + judge->report.cpuid_step) {
        verdicts_add(judge->verdicts, VERDICT_TOLD, "product",
                     "%s, and the report's CPU is of stepping %u: there are "
                     "verifiers that refuse it", name,
                     judge->report.cpuid_step);
    } else {
        verdicts_add(judge->verdicts, VERDICT_GOOD, "product", "%s", name);
    }
}

static void judge_tcb(Judge *judge, const Leaf *leaf)
{
    g_autofree char *flaw = leaf_tcb_flaw(leaf, &judge->report.reported_tcb,
                                          judge->has_fmc);
    g_autofree char *text = NULL;
    TcbParts parts;

    tcb_take_apart(&judge->report.reported_tcb, judge->has_fmc, &parts);
    text = tcb_text(&parts, judge->has_fmc);
    verdicts_add(judge->verdicts, flaw ? VERDICT_BAD : VERDICT_GOOD, "tcb",
                 "%s", flaw ? flaw : text);
}

static bool all_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    return true;
}

/* Of Turin and later, reports have zeros after the id. */
static void judge_chip(Judge *judge, const Leaf *leaf)
{
    const uint8_t *chip_id = judge->report.chip_id;
    size_t size = sizeof(judge->report.chip_id), len;
    g_autofree char *text = NULL;

    if (!leaf->hwid) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "chip",
                     "it does not tell which chip's it is (extension 4)");
        return;
    }
    len = g_bytes_get_size(leaf->hwid);
    text = json_text_hex(g_bytes_get_data(leaf->hwid, NULL), SHORT_ID);
    if (all_zero(chip_id, size)) {
        verdicts_add(judge->verdicts, VERDICT_TOLD, "chip",
                     "%s..., and the report's id is masked (MASK_CHIP_ID)",
                     text);
    } else if ((len < size) != judge->has_fmc) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "chip",
                     "an id of %zu bytes, which this generation has not",
                     len);
    } else if (memcmp(chip_id, g_bytes_get_data(leaf->hwid, NULL), len) ||
               !all_zero(chip_id + len, size - len)) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "chip",
                     "%s..., and the report is of another", text);
    } else {
        verdicts_add(judge->verdicts, VERDICT_GOOD, "chip", "%s...", text);
    }
}

static void judge_provider(Judge *judge, const Leaf *leaf)
{
    if (leaf->csp_id) {
        verdicts_add(judge->verdicts, VERDICT_TOLD, "provider", "%s",
                     leaf->csp_id);
    } else {
        verdicts_add(judge->verdicts, VERDICT_BAD, "provider",
                     "it does not tell whose it is (extension 5)");
    }
}

/* What a key of one kind must not have of the other's */
static char *kind_flaw(const Leaf *leaf, bool is_vlek)
{
    if (is_vlek && leaf->hwid) {
        return g_strdup("it has a chip's id, and a VLEK is of no chip");
    }
    if (!is_vlek && leaf->csp_id) {
        return g_strdup("it has a provider's id, and a VCEK is of a chip");
    }
    return NULL;
}

void judge_leaf(Judge *judge, bool is_vlek, gnutls_x509_crt_t cert)
{
    g_auto(Leaf) leaf = { .product = NULL };
    g_autofree char *flaw = x509_critical_flaw(cert);

    judge_signature(judge, is_vlek ? "VLEK" : "VCEK", cert);
    if (!flaw) {
        flaw = leaf_read(cert, &leaf);
    }
    if (!flaw) {
        flaw = kind_flaw(&leaf, is_vlek);
    }
    if (!flaw && leaf.unknown) {
        verdicts_add(judge->verdicts,
                     judge->policy->allow_extensions ? VERDICT_TOLD
                                                     : VERDICT_BAD,
                     "extensions", "%s is not known%s", leaf.unknown,
                     judge->policy->allow_extensions
                     ? "" : ": --allow-extensions if you know it");
    } else {
        verdicts_judge(judge->verdicts, "extensions", flaw);
    }
    judge_product(judge, &leaf);
    judge_tcb(judge, &leaf);
    if (is_vlek) {
        judge_provider(judge, &leaf);
    } else {
        judge_chip(judge, &leaf);
    }
}
