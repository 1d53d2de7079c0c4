/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses the options of "report verify". */

#ifndef OWNER_REPORT_OPTIONS_H
#define OWNER_REPORT_OPTIONS_H

#include "guest-owner/measure/snp-options.h"
#include "guest-owner/report/report-verify.h"

typedef struct ReportOptions {
    char *certs;
    char *ca;
    char *crl;
    char *kds;
    char *product;
    char *at;
    char *policy;
    char *min_tcb;
    char *guest_svn;
    char *vmpl;
    char *field[REPORT_NR_FIELDS];
    gboolean allow_debug;
    gboolean allow_extensions;
    gboolean allow_platform_info;
    gboolean json;
    SnpOptions launch;          /* of which a measurement is reckoned */
} ReportOptions;

/* What they come to; it points into itself. */
typedef struct Demands {
    ReportPolicy report;
    uint64_t policy;
    uint32_t guest_svn, vmpl;
    TcbParts min_tcb;
} Demands;

/* @own: more options, which end with an empty one; @operand: what comes last */
bool report_options_parse(ReportOptions *options, const GOptionEntry *own,
                          const char *operand, int *argc, char ***argv,
                          const char *summary, GError **errp);

/* *demands is cleared, also when it fails. */
bool report_options_demands(const ReportOptions *options, Demands *demands,
                            GError **errp);

/*
 * The certificates in files that the options name, and then what a key server
 * has for @report; NULL: there is no report yet, only files are read.
 */
bool report_options_certs(const ReportOptions *options, GBytes *report,
                          ReportCerts *certs, GError **errp);

void demands_clear(Demands *demands);
void report_options_clear(ReportOptions *options);

#endif
