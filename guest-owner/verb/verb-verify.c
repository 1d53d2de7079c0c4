/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu verify: is it a platform of a manufacturer whom we trust? */

#include <stdio.h>
#include "guest-owner/chain/chain-options.h"
#include "guest-owner/chain/chain-print.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/verb/verbs.h"

typedef struct VerifyOptions {
    char *sev;
    char *ca;
    char *platform;
    gboolean json;
} VerifyOptions;

static bool parse(VerifyOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry entries[] = {
        { "sev", 0, 0, G_OPTION_ARG_FILENAME, &options->sev,
          "Chain of the platform, as \"export\" writes it", "FILE" },
        { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca,
          "ASK and ARK of a manufacturer to trust", "FILE" },
        { "platform", 0, 0, G_OPTION_ARG_FILENAME, &options->platform,
          "Without --sev: the platform [the default one]", "DIR" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
          "Print JSON", NULL },
        { NULL }
    };

    if (!options_parse(
            argc, argv, entries, NULL, 0,
            "Verifies the certificates of a platform up to the root of its\n"
            "manufacturer, and prints them as a tree.\n"
            "\n"
            "Roots are known by the fingerprint of their key, which must be\n"
            "in the chain (\"export --full\") or in --ca: AMD gives out\n"
            "ask_ark_PRODUCT.cert for its own, and without either a chain\n"
            "can't be verified up to AMD. The root of emulated platforms is\n"
            "not AMD's, and nobody's secret: it is trusted for a platform of\n"
            "this machine, and otherwise with --ca.\n"
            "\n"
            "Exit status: 0 all is good, 1 it is not, 2 usage or file, 3 the\n"
            "platform refused.", NULL, errp)) {
        return false;
    }
    if (options->sev && options->platform) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--sev has a chain: --platform doesn't go with it");
        return false;
    }
    if (!options->platform) {
        options->platform = platform_default_dir();
    }
    return true;
}

static OwnerExit report(const Chain *chain, const ChainVerdict *verdict,
                        bool json)
{
    g_autofree char *complaint = chain_complaint(verdict);

    if (json) {
        json_text_print(chain_json(chain, verdict));
    } else {
        chain_print(chain, verdict);
    }
    fflush(stdout);
    if (complaint) {
        owner_say("the chain is not good: %s", complaint);
        return OWNER_EXIT_DIFFERS;
    }
    return OWNER_EXIT_OK;
}

OwnerExit verb_verify(int argc, char **argv)
{
    VerifyOptions options = { 0 };
    ChainVerdict verdict;
    RootOrigin origin;
    Chain chain;
    GError *error = NULL;
    bool ok = parse(&options, &argc, &argv, &error) &&
              chain_options_load(options.sev, options.ca, options.platform,
                                 &chain, &origin, &error);

    g_free(options.sev);
    g_free(options.ca);
    g_free(options.platform);
    if (!ok) {
        return owner_fail(error);
    }
    chain_verify(&chain, origin, &verdict);
    return report(&chain, &verdict, options.json);
}
