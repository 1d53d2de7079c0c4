/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands for the secure processor in tests of sevemu-attest: the report is the
 * file that ATTEST_REPORT names, with the guest's data put in; the
 * certificates are ATTEST_CERTS.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/snp-report.h"

static size_t read_file(const char *variable, void *data, size_t size)
{
    const char *path = getenv(variable);
    FILE *file = path ? fopen(path, "rb") : NULL;
    size_t found = file ? fread(data, 1, size, file) : 0;

    if (file) {
        fclose(file);
    }
    return found;
}

bool snp_report(const uint8_t data[ATTEST_HASH_SIZE], Evidence *evidence,
                const char **why)
{
    SnpReport *report = &evidence->report;

    if (read_file("ATTEST_REPORT", report, sizeof(*report)) !=
        sizeof(*report)) {
        *why = "the stand-in has none";
        return false;
    }
    memcpy(report->report_data, data, sizeof(report->report_data));
    evidence->certs_size = read_file("ATTEST_CERTS", evidence->certs,
                                     sizeof(evidence->certs));
    return true;
}
