/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu report corpus: good and wrong reports, to try verifiers with. */

#include <stdio.h>
#include "guest-owner/run/find.h"
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/verb/verbs.h"

typedef struct Options {
    char *product;
    char *version;
    char *vendor;
} Options;

static bool parse(int *argc, char ***argv, Options *options, GError **errp)
{
    const GOptionEntry entries[] = {
        { "product", 0, 0, G_OPTION_ARG_STRING, &options->product,
          "Whose reports: Milan, Genoa or Turin", "NAME" },
        { "version", 0, 0, G_OPTION_ARG_STRING, &options->version,
          "Of the reports: 2, 3 or 5 [all of them]", "N" },
        { "vendor", 0, 0, G_OPTION_ARG_FILENAME, &options->vendor,
          "Manufacturer, as of vendor new [sevemu's own]", "DIR" },
        { NULL }
    };

    return options_parse(
        argc, argv, entries, "DIR", 1,
        "Writes attestation reports of SEV-SNP guests, with their\n"
        "certificates, into the new directory DIR: good ones, and one for\n"
        "each thing that can be wrong. manifest.json tells what a verifier\n"
        "has to answer to each.", NULL, errp) &&
           options_need("--product", options->product, errp);
}

/* The tool's options are the same. */
static char *run_tool(const Options *options, const char *dir, GError **errp)
{
    g_autofree char *tool = find_libexec("sevemu-corpus",
                                         "SEVEMU_CORPUS_TOOL", errp);
    char *words[] = {
        tool, "--product", options->product, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL
    };
    size_t n = 3;

    if (!tool) {
        return NULL;
    }
    if (options->version) {
        words[n++] = "--version";
        words[n++] = options->version;
    }
    if (options->vendor) {
        words[n++] = "--vendor";
        words[n++] = options->vendor;
    }
    words[n++] = "--";
    words[n] = (char *)dir;
    return tool_run(words, errp);
}

OwnerExit verb_report_corpus(int argc, char **argv)
{
    Options options = { NULL };
    g_autofree char *out = NULL;
    GError *error = NULL;

    if (parse(&argc, &argv, &options, &error)) {
        out = run_tool(&options, argv[1], &error);
    }
    g_free(options.product);
    g_free(options.version);
    g_free(options.vendor);
    if (!out) {
        return owner_fail(error);
    }
    printf("Wrote %s: %s cases\n", argv[1], g_strchomp(out));
    return OWNER_EXIT_OK;
}
