/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu report verify: is it a report that the owner can trust? */

#include <stdio.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/report/report-options.h"
#include "guest-owner/verb/verbs.h"

/* Far more than a report: what follows one is told. */
#define MAX_FILE 0x10000

static bool parse(ReportOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry own[] = {
        { NULL }
    };

    return report_options_parse(
        options, own, argc, argv,
        "Verifies an attestation report of a SEV-SNP guest: its form, who has\n"
        "signed it, up to the root of the manufacturer, and whether it says\n"
        "what is demanded; prints that as a tree. What is not demanded is\n"
        "only told, but a policy that allows debugging is never good without\n"
        "--allow-debug.\n"
        "\n"
        "AMD's roots are known by the fingerprint of their key. The root of\n"
        "emulated platforms is nobody's secret: it is trusted with --ca\n"
        "alone.\n"
        "\n"
        "The measurement that it must have is --measurement, or is reckoned\n"
        "from --firmware and the options of \"measurement build --mode snp\".\n"
        "\n"
        "Exit status: 0 all is good, 1 it is not, 2 usage or file.", errp);
}

static OwnerExit show(const Verdicts *verdicts, bool json)
{
    g_autofree char *complaint = verdicts_complaint(verdicts);

    if (json) {
        json_text_print(verdicts_json(verdicts));
    } else {
        verdicts_print(verdicts);
    }
    fflush(stdout);
    if (complaint) {
        owner_say("the report is not good: %s", complaint);
        return OWNER_EXIT_DIFFERS;
    }
    return OWNER_EXIT_OK;
}

static OwnerExit verify(const ReportOptions *options, const char *path)
{
    g_auto(ReportCerts) certs = { .origin = ROOT_OF_CHAIN };
    g_autoptr(Verdicts) verdicts = NULL;
    g_autoptr(GBytes) file = NULL;
    GError *error = NULL;
    Demands demands;

    file = input_file("FILE", path, MAX_FILE, &error);
    if (!file || !report_options_certs(options, &certs, &error) ||
        !report_options_demands(options, &demands, &error)) {
        return owner_fail(error);
    }
    verdicts = report_verify(&demands.report, file, &certs);
    demands_clear(&demands);
    return show(verdicts, options->json);
}

OwnerExit verb_report_verify(int argc, char **argv)
{
    ReportOptions options = { NULL };
    GError *error = NULL;
    OwnerExit status = parse(&options, &argc, &argv, &error)
                       ? verify(&options, argv[1]) : owner_fail(error);

    report_options_clear(&options);
    return status;
}
