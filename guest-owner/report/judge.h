/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares the parts of report_verify(), each of which adds its group of
 * verdicts.
 */

#ifndef OWNER_JUDGE_H
#define OWNER_JUDGE_H

#include <gnutls/x509.h>
#include "guest-owner/report/report-verify.h"

typedef struct Judge {
    const ReportPolicy *policy;
    const ReportCerts *certs;
    SnpReport report;
    const char *product;        /* of the report, or demanded; or NULL */
    bool has_fmc;               /* TCB versions are laid out as Turin's */
    Verdicts *verdicts;
} Judge;

/*
 * Takes @bytes for the report. False when they are none of which more can be
 * said.
 */
bool judge_format(Judge *judge, GBytes *bytes);

/* Who has signed it, and whether that goes back to a root that is trusted */
void judge_chain(Judge *judge);

/* The key that has signed it, a VCEK or VLEK, and what its certificate says */
void judge_leaf(Judge *judge, bool is_vlek, gnutls_x509_crt_t cert);

/* What the guest was launched as, and says */
void judge_guest(Judge *judge);

/* What runs below it */
void judge_platform(Judge *judge);

/* A field that is demanded; @told: it is shown if it is not. */
void judge_field(Judge *judge, ReportField field, bool told);

/*
 * The list of revoked certificates, as far as the root stands for it, and
 * whether @authority is in it
 */
void judge_crl(Judge *judge, gnutls_x509_crt_t ark,
               gnutls_x509_crt_t authority);

#endif
