/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verifies attestation reports of SEV-SNP guests: that a processor has signed
 * it whose key its manufacturer vouches for, and that it says what the guest
 * owner demands. The report and all certificates may be anything.
 */

#ifndef OWNER_REPORT_VERIFY_H
#define OWNER_REPORT_VERIFY_H

#include <glib.h>
#include "abi/snp-msg.h"
#include "guest-owner/report/report-certs.h"
#include "guest-owner/report/tcb.h"
#include "guest-owner/report/verdicts.h"

/* Fields of a report that are compared with what is demanded, byte by byte */
typedef enum ReportField {
    REPORT_MEASUREMENT,
    REPORT_DATA,
    REPORT_HOST_DATA,
    REPORT_ID_KEY_DIGEST,
    REPORT_AUTHOR_KEY_DIGEST,
    REPORT_FAMILY_ID,
    REPORT_IMAGE_ID,
    REPORT_CHIP_ID,
    REPORT_NR_FIELDS
} ReportField;

/* "measurement", "report-data", ... and bytes */
const char *report_field_name(ReportField field);
size_t report_field_size(ReportField field);

/*
 * What the guest owner demands. Of zeros, with a time in @at, it demands
 * nothing but that the report is genuine and that nobody may debug the guest.
 */
typedef struct ReportPolicy {
    int64_t at;                 /* the time, seconds since 1970 */
    GBytes *field[REPORT_NR_FIELDS];    /* NULL: may be anything */
    bool allow_debug;
    bool allow_extensions;      /* of AMD's, in certificates, that are new */
    bool allow_platform_info;   /* bits of it that are new */
    const uint64_t *policy;     /* NULL, of these: may be anything */
    const uint32_t *vmpl;
    const uint32_t *guest_svn;  /* at least */
    const TcbParts *min_tcb;    /* at least, each of them */
    const char *product;        /* "Milan"; NULL: what the report says */
} ReportPolicy;

/* The tree that has been found; the report is good if verdicts_good(). */
Verdicts *report_verify(const ReportPolicy *policy, GBytes *report,
                        const ReportCerts *certs);

#endif
