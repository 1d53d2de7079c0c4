/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verifies a report: what it is, who has signed it, what it says. */

#include "guest-owner/report/report-verify.h"

#include <string.h>
#include "guest-owner/report/judge.h"
#include "guest-owner/report/report.h"

/* The product as far as the report tells, or else as is demanded */
static void take_product(Judge *judge)
{
    const char *told = report_product(&judge->report);
    const char *demanded = judge->policy->product;

    judge->product = told ? told : demanded;
    judge->has_fmc = report_has_fmc(&judge->report);
    if (!told && demanded) {
        judge->has_fmc = strcmp(demanded, "Turin") == 0;
    }
}

Verdicts *report_verify(const ReportPolicy *policy, GBytes *report,
                        const ReportCerts *certs)
{
    Judge judge = {
        .policy = policy, .certs = certs, .verdicts = verdicts_new(),
    };

    verdicts_open(judge.verdicts, NULL, "report");
    if (judge_format(&judge, report)) {
        take_product(&judge);
        judge_chain(&judge);
        judge_guest(&judge);
        judge_platform(&judge);
    }
    verdicts_close(judge.verdicts);
    return judge.verdicts;
}
