/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges what a report says of the guest and of the platform. */

#include <inttypes.h>
#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/report/judge.h"
#include "guest-owner/report/report.h"

static const struct {
    const char *name;
    size_t offset, size;
} fields[REPORT_NR_FIELDS] = {
#define FIELD(name, field) \
        { name, offsetof(SnpReport, field), sizeof(((SnpReport *)0)->field) }
    [REPORT_MEASUREMENT] = FIELD("measurement", measurement),
    [REPORT_DATA] = FIELD("report-data", report_data),
    [REPORT_HOST_DATA] = FIELD("host-data", host_data),
    [REPORT_ID_KEY_DIGEST] = FIELD("id-key-digest", id_key_digest),
    [REPORT_AUTHOR_KEY_DIGEST] = FIELD("author-key-digest",
                                       author_key_digest),
    [REPORT_FAMILY_ID] = FIELD("family-id", family_id),
    [REPORT_IMAGE_ID] = FIELD("image-id", image_id),
    [REPORT_CHIP_ID] = FIELD("chip-id", chip_id),
#undef FIELD
};

const char *report_field_name(ReportField field)
{
    return fields[field].name;
}

size_t report_field_size(ReportField field)
{
    return fields[field].size;
}

void judge_field(Judge *judge, ReportField field, bool told)
{
    const uint8_t *found = (const uint8_t *)&judge->report +
                           fields[field].offset;
    size_t size = fields[field].size;
    GBytes *demanded = judge->policy->field[field];
    g_autofree char *hex = json_text_hex(found, size);
    g_autofree char *other = NULL;

    if (!demanded) {
        if (told) {
            verdicts_add(judge->verdicts, VERDICT_TOLD, fields[field].name,
                         "%s", hex);
        }
        return;
    }
    g_assert(g_bytes_get_size(demanded) == size);
    other = json_text_hex(g_bytes_get_data(demanded, NULL), size);
    if (strcmp(hex, other) == 0) {
        verdicts_add(judge->verdicts, VERDICT_GOOD, fields[field].name, "%s",
                     hex);
    } else {
        verdicts_add(judge->verdicts, VERDICT_BAD, fields[field].name,
                     "expected %s, found %s", other, hex);
    }
}

static void judge_policy(Judge *judge)
{
    uint64_t found = le64_get(judge->report.policy);
    const uint64_t *demanded = judge->policy->policy;
    g_autofree char *text = report_policy_text(found);
    bool debug = found & SNP_GPOLICY_DEBUG;

    if (!(found & SNP_GPOLICY_ONE) || found & SNP_GPOLICY_RESERVED) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "policy",
                     "%s: bit 17 must be one, those from 26 on zero", text);
    } else if (demanded && *demanded != found) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "policy",
                     "expected 0x%" PRIx64 ", found %s", *demanded, text);
    } else {
        verdicts_add(judge->verdicts,
                     demanded ? VERDICT_GOOD : VERDICT_TOLD, "policy", "%s",
                     text);
    }
    verdicts_add(judge->verdicts,
                 !debug ? VERDICT_GOOD
                 : judge->policy->allow_debug ? VERDICT_TOLD : VERDICT_BAD,
                 "debug", "%s",
                 debug ? "allowed: its host reads and writes its memory"
                       : "not allowed");
}

static void judge_vmpl(Judge *judge)
{
    uint32_t found = le32_get(judge->report.vmpl);
    const uint32_t *demanded = judge->policy->vmpl;

    if (demanded && *demanded != found) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "vmpl",
                     "expected %u, found %u", *demanded, found);
    } else {
        verdicts_add(judge->verdicts,
                     demanded ? VERDICT_GOOD : VERDICT_TOLD, "vmpl", "%u",
                     found);
    }
}

static void judge_guest_svn(Judge *judge)
{
    uint32_t found = le32_get(judge->report.guest_svn);
    const uint32_t *least = judge->policy->guest_svn;

    if (least) {
        verdicts_add(judge->verdicts,
                     found < *least ? VERDICT_BAD : VERDICT_GOOD, "guest-svn",
                     found < *least ? "expected %u at least, found %u"
                                    : "%u at least, found %u",
                     *least, found);
    }
}

void judge_guest(Judge *judge)
{
    verdicts_open(judge->verdicts, NULL, "guest");
    judge_policy(judge);
    judge_vmpl(judge);
    judge_guest_svn(judge);
    for (ReportField i = REPORT_MEASUREMENT; i < REPORT_CHIP_ID; i++) {
        judge_field(judge, i, i == REPORT_MEASUREMENT || i == REPORT_DATA);
    }
    verdicts_close(judge->verdicts);
}

/* Is @low, one TCB of the report's, not above @high, another? */
static const char *above(const Judge *judge, const SnpTcbVersion *low,
                         const SnpTcbVersion *high)
{
    TcbParts low_parts, high_parts;

    tcb_take_apart(low, judge->has_fmc, &low_parts);
    tcb_take_apart(high, judge->has_fmc, &high_parts);
    return tcb_part_below(&high_parts, &low_parts);
}

/* The reported TCB is compared with the key's certificate, byte by byte. */
static void judge_tcb_form(Judge *judge)
{
    const SnpReport *r = &judge->report;
    bool zero = tcb_reserved_zero(&r->current_tcb, judge->has_fmc) &&
                tcb_reserved_zero(&r->committed_tcb, judge->has_fmc) &&
                tcb_reserved_zero(&r->launch_tcb, judge->has_fmc);

    verdicts_judge(judge->verdicts, "tcb-reserved",
                   zero ? NULL : "a TCB has a reserved byte that is not zero");
}

static void judge_tcb_order(Judge *judge)
{
    const SnpReport *report = &judge->report;
    const struct {
        const char *name;
        const SnpTcbVersion *tcb;
    } others[] = {
        { "committed", &report->committed_tcb },
        { "reported", &report->reported_tcb },
        { "launch", &report->launch_tcb },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        const char *part = above(judge, others[i].tcb, &report->current_tcb);

        if (part) {
            verdicts_add(judge->verdicts, VERDICT_BAD, "tcb-order",
                         "%s of the %s TCB is above the current one", part,
                         others[i].name);
            return;
        }
    }
    verdicts_add(judge->verdicts, VERDICT_GOOD, "tcb-order",
                 "committed, reported and launch TCB are not above the "
                 "current one");
}

static void judge_firmware(Judge *judge)
{
    const SnpReport *r = &judge->report;
    unsigned current = r->current_major << 16 | r->current_minor << 8 |
                       r->current_build;
    unsigned committed = r->committed_major << 16 | r->committed_minor << 8 |
                         r->committed_build;

    verdicts_add(judge->verdicts,
                 committed > current ? VERDICT_BAD : VERDICT_GOOD, "firmware",
                 "%u.%u.%u, committed %u.%u.%u", r->current_major,
                 r->current_minor, r->current_build, r->committed_major,
                 r->committed_minor, r->committed_build);
}

/* Of the key that signs, and of what the guest was launched under */
static void judge_min_tcb(Judge *judge)
{
    const TcbParts *least = judge->policy->min_tcb;
    TcbParts reported, launch;
    const char *part;

    if (!least) {
        return;
    }
    tcb_take_apart(&judge->report.reported_tcb, judge->has_fmc, &reported);
    tcb_take_apart(&judge->report.launch_tcb, judge->has_fmc, &launch);
    part = tcb_part_below(&reported, least);
    if (part) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "min-tcb",
                     "%s of the reported TCB is below what is demanded",
                     part);
        return;
    }
    part = tcb_part_below(&launch, least);
    verdicts_add(judge->verdicts, part ? VERDICT_BAD : VERDICT_GOOD,
                 "min-tcb", "%s%s", part ? part : "",
                 part ? " of the launch TCB is below what is demanded" : "");
}

/* From version 3 on reports tell it, if it is one that is known. */
static void judge_product(Judge *judge)
{
    const SnpReport *report = &judge->report;
    const char *told = report_product(report);
    const char *demanded = judge->policy->product;

    if (!told && le32_get(report->version) >= REPORT_VERSION_CPUID) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "product",
                     "family 0x%x, model 0x%x: no processor that is known",
                     report->cpuid_fam_id, report->cpuid_mod_id);
    } else if (!told || !demanded) {
        verdicts_add(judge->verdicts, VERDICT_TOLD, "product", "%s",
                     told ? told
                     : demanded ? "not told, taken to be what is demanded"
                                : "not told: --product does");
    } else if (strcmp(told, demanded) != 0) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "product",
                     "expected %s, found %s", demanded, told);
    } else {
        verdicts_add(judge->verdicts, VERDICT_GOOD, "product", "%s", told);
    }
}

/* SNP_PLATFORM_INFO_*, and bit 7 (SEV-TIO) */
#define PLATFORM_INFO_KNOWN 0xbfull

/* Newer firmware has more to say, which may matter. */
static void judge_platform_info(Judge *judge)
{
    uint64_t found = le64_get(judge->report.platform_info);
    uint64_t unknown = found & ~PLATFORM_INFO_KNOWN;
    bool allowed = judge->policy->allow_platform_info;

    if (unknown) {
        verdicts_add(judge->verdicts, allowed ? VERDICT_TOLD : VERDICT_BAD,
                     "platform-info", "bits 0x%" PRIx64 " are not known%s",
                     unknown,
                     allowed ? "" : ": --allow-platform-info if you know "
                                    "them");
    } else {
        verdicts_add(judge->verdicts, VERDICT_GOOD, "platform-info",
                     "0x%" PRIx64, found);
    }
}

void judge_platform(Judge *judge)
{
    verdicts_open(judge->verdicts, NULL, "platform");
    judge_product(judge);
    judge_platform_info(judge);
    judge_tcb_form(judge);
    judge_tcb_order(judge);
    judge_firmware(judge);
    judge_min_tcb(judge);
    judge_field(judge, REPORT_CHIP_ID, false);
    verdicts_close(judge->verdicts);
}
