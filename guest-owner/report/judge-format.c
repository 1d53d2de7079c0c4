/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges whether bytes have the form of a report (56860 chapter 7). */

#include <string.h>
#include "guest-owner/report/judge.h"
#include "guest-owner/report/report.h"

#define VERSION_MIT   5         /* and here mitigation vectors */

/* What must be zero in reports of the versions @first to @last */
typedef struct Reserved {
    size_t offset, end;
    uint32_t first, last;
} Reserved;

#define FIELD_END(name) \
    (offsetof(SnpReport, name) + sizeof(((SnpReport *)0)->name))
#define ALWAYS(name) \
    { offsetof(SnpReport, name), FIELD_END(name), 0, REPORT_VERSION_MAX }
/* After a number of P-384, whose field has room for more */
#define AFTER(name) \
    { offsetof(SnpReport, name) + SEV_P384_SIZE, FIELD_END(name), 0, \
      REPORT_VERSION_MAX }

static const Reserved reserved[] = {
    ALWAYS(reserved1), ALWAYS(reserved2), ALWAYS(reserved3),
    ALWAYS(reserved4), ALWAYS(reserved5), AFTER(signature.r),
    AFTER(signature.s), ALWAYS(signature.reserved),
    { offsetof(SnpReport, cpuid_fam_id), offsetof(SnpReport, reserved2),
      0, REPORT_VERSION_CPUID - 1 },
    { offsetof(SnpReport, launch_mit_vector), offsetof(SnpReport, reserved5),
      0, VERSION_MIT - 1 },
};

#define KEY_INFO_KNOWN 0x1fu

static char *reserved_flaw(const SnpReport *report)
{
    uint32_t version = le32_get(report->version);
    const uint8_t *bytes = (const uint8_t *)report;

    for (size_t i = 0; i < G_N_ELEMENTS(reserved); i++) {
        const Reserved *r = &reserved[i];

        if (version < r->first || version > r->last) {
            continue;
        }
        for (size_t at = r->offset; at < r->end; at++) {
            if (bytes[at]) {
                return g_strdup_printf("byte 0x%zx is reserved in version "
                                       "%u, and 0x%02x", at, version,
                                       bytes[at]);
            }
        }
    }
    return le32_get(report->key_info) & ~KEY_INFO_KNOWN
           ? g_strdup_printf("reserved bits at 0x48: 0x%x",
                             le32_get(report->key_info)) : NULL;
}

static void judge_size(Judge *judge, size_t size)
{
    VerdictState state = size == sizeof(SnpReport) ? VERDICT_GOOD
                                                   : VERDICT_BAD;

    verdicts_add(judge->verdicts, state, "size",
                 state == VERDICT_GOOD ? "%zu bytes"
                                       : "%zu bytes, and a report has 1184",
                 size);
}

bool judge_format(Judge *judge, GBytes *bytes)
{
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    g_autofree char *flaw = NULL;
    uint32_t version;

    judge_size(judge, size);
    if (size < sizeof(judge->report)) {
        return false;
    }
    memcpy(&judge->report, data, sizeof(judge->report));
    version = le32_get(judge->report.version);
    if (version < REPORT_VERSION_MIN || version > REPORT_VERSION_MAX) {
        verdicts_add(judge->verdicts, VERDICT_BAD, "version",
                     "%u, and %d to %d are known", version,
                     REPORT_VERSION_MIN, REPORT_VERSION_MAX);
        return false;
    }
    verdicts_add(judge->verdicts, VERDICT_GOOD, "version", "%u", version);
    flaw = reserved_flaw(&judge->report);
    verdicts_judge(judge->verdicts, "reserved", flaw);
    return true;
}
