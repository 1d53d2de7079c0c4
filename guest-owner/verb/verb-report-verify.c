/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu report verify: is it a report that the owner can trust? */

#include <inttypes.h>
#include <stdio.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/measure/snp-pages.h"
#include "guest-owner/report/report-options.h"
#include "guest-owner/run/explain-launch.h"
#include "guest-owner/verb/verbs.h"

/* Far more than a report: what follows one is told. */
#define MAX_FILE 0x10000

typedef struct VerifyOptions {
    ReportOptions report;
    char **others;
    char *pages;
} VerifyOptions;

static bool parse(VerifyOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry own[] = {
        { "try", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->others,
          "File that may have been launched instead; can be repeated",
          "FILE" },
        { "pages", 0, 0, G_OPTION_ARG_FILENAME, &options->pages,
          "Other firmware: tell the first page that is not the same in "
          "--firmware", "FILE" },
        { NULL }
    };

    return report_options_parse(
        &options->report, own, "FILE", argc, argv,
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
        "If it has another, what people get wrong is tried, and it is told\n"
        "what would give it.\n"
        "\n"
        "Exit status: 0 all is good, 1 it is not, 2 usage or file.", errp);
}

/* Where the measurement differs, and the files are there to say why */
static bool explains(const VerifyOptions *options, const Verdicts *verdicts)
{
    return options->report.launch.images.firmware &&
           g_strcmp0(verdicts_find(verdicts, "measurement"), "bad") == 0;
}

static void print_pages(const VerifyOptions *options,
                        const SnpDifference *difference)
{
    const char *firmware = options->report.launch.images.firmware;

    if (!difference->any) {
        printf("pages: %s and %s are the same to a launch\n", firmware,
               options->pages);
    } else if (difference->in_image) {
        printf("pages: %s and %s differ first at 0x%" PRIx64 ", 0x%" PRIx64
               " from the file's begin\n", firmware, options->pages,
               difference->gpa, difference->offset);
    } else {
        printf("pages: %s and %s differ first at 0x%" PRIx64 ", a page of "
               "type %s\n", firmware, options->pages, difference->gpa,
               difference->type ? difference->type : "none");
    }
}

static JsonObject *pages_json(const SnpDifference *difference)
{
    JsonObject *object = json_object_new();

    json_object_set_boolean_member(object, "same", !difference->any);
    if (difference->any) {
        json_object_set_int_member(object, "gpa", difference->gpa);
    }
    if (difference->type) {
        json_object_set_string_member(object, "type", difference->type);
    }
    if (difference->in_image) {
        json_object_set_int_member(object, "offset", difference->offset);
    }
    return object;
}

static void show_json(const VerifyOptions *options, const Verdicts *verdicts,
                      const SnpDifference *difference, const uint8_t *found)
{
    JsonObject *object = verdicts_json(verdicts);

    if (options->pages) {
        json_object_set_object_member(object, "pages",
                                      pages_json(difference));
    }
    if (explains(options, verdicts)) {
        explain_launch(&options->report.launch, options->others, found,
                       object);
    }
    json_text_print(object);
}

static OwnerExit show(const VerifyOptions *options, const Verdicts *verdicts,
                      const SnpDifference *difference, GBytes *file)
{
    g_autofree char *complaint = verdicts_complaint(verdicts);
    /* A measurement that differs is one of a whole report. */
    const uint8_t *found = (const uint8_t *)g_bytes_get_data(file, NULL) +
                           offsetof(SnpReport, measurement);

    if (options->report.json) {
        show_json(options, verdicts, difference, found);
    } else {
        verdicts_print(verdicts);
        if (options->pages) {
            print_pages(options, difference);
        }
    }
    fflush(stdout);
    if (!complaint) {
        return OWNER_EXIT_OK;
    }
    owner_say("the report is not good: %s", complaint);
    if (explains(options, verdicts) && !options->report.json) {
        explain_launch(&options->report.launch, options->others, found, NULL);
    }
    return OWNER_EXIT_DIFFERS;
}

static bool load_pages(const VerifyOptions *options,
                       SnpDifference *difference, GError **errp)
{
    if (!options->pages) {
        return true;
    }
    if (!options->report.launch.images.firmware) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--pages needs --firmware");
        return false;
    }
    return snp_pages_compare(&options->report.launch, "--pages",
                             options->pages, difference, errp);
}

static OwnerExit verify(const VerifyOptions *options, const char *path)
{
    g_auto(ReportCerts) certs = { .origin = ROOT_OF_CHAIN };
    g_autoptr(Verdicts) verdicts = NULL;
    g_autoptr(GBytes) file = NULL;
    SnpDifference difference;
    GError *error = NULL;
    Demands demands;

    file = input_file("FILE", path, MAX_FILE, &error);
    if (!file ||
        !report_options_certs(&options->report, file, &certs, &error) ||
        !load_pages(options, &difference, &error) ||
        !report_options_demands(&options->report, &demands, &error)) {
        return owner_fail(error);
    }
    verdicts = report_verify(&demands.report, file, &certs);
    demands_clear(&demands);
    return show(options, verdicts, &difference, file);
}

OwnerExit verb_report_verify(int argc, char **argv)
{
    VerifyOptions options = { .pages = NULL };
    GError *error = NULL;
    OwnerExit status = parse(&options, &argc, &argv, &error)
                       ? verify(&options, argv[1]) : owner_fail(error);

    report_options_clear(&options.report);
    g_strfreev(options.others);
    g_free(options.pages);
    return status;
}
