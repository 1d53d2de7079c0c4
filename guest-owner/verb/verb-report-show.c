/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu report show: what an attestation report says. */

#include "guest-owner/base/json-text.h"
#include "guest-owner/base/options.h"
#include "guest-owner/report/report.h"
#include "guest-owner/verb/verbs.h"

OwnerExit verb_report_show(int argc, char **argv)
{
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
        { NULL }
    };
    GError *error = NULL;
    SnpReport report;

    if (!options_parse(
            &argc, &argv, entries, "FILE", 1,
            "Shows an attestation report of a SEV-SNP guest, field by field.\n"
            "FILE has its 1184 bytes, as configfs-tsm's outblob. Nothing is\n"
            "verified: anybody can write such a file.", NULL, &error) ||
        !report_read("FILE", argv[1], &report, &error)) {
        return owner_fail(error);
    }
    if (json) {
        json_text_print(report_json(&report));
    } else {
        report_print(&report);
    }
    return OWNER_EXIT_OK;
}
