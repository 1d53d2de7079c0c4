/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu vendor new: another manufacturer of emulated chips. */

#include <stdio.h>
#include "guest-owner/run/find.h"
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/verb/verbs.h"

static bool parse(int *argc, char ***argv, char **product, GError **errp)
{
    const GOptionEntry entries[] = {
        { "product", 0, 0, G_OPTION_ARG_STRING, product,
          "Generation of the chips: Milan [default], Genoa or Turin", "NAME" },
        { NULL }
    };

    return options_parse(
        argc, argv, entries, "DIR", 1,
        "Makes the keys and certificates of another manufacturer of emulated\n"
        "chips in the new directory DIR: ark.cert and ask.cert, for SEV;\n"
        "ark.der, ask.der and asvk.der, for SEV-SNP; and their keys.\n"
        "It takes some seconds. For \"verify --ca\":\n"
        "  cat DIR/ask.cert DIR/ark.cert >FILE", NULL, errp);
}

OwnerExit verb_vendor_new(int argc, char **argv)
{
    g_autofree char *product = NULL;
    g_autofree char *option = NULL;
    g_autofree char *tool = NULL;
    g_autofree char *out = NULL;
    GError *error = NULL;

    if (parse(&argc, &argv, &product, &error)) {
        tool = find_libexec("sevemu-vendor", "SEVEMU_VENDOR_TOOL", &error);
    }
    if (product) {
        option = g_strconcat("--product=", product, NULL);
    }
    if (tool) {
        char *words[] = { tool, argv[1], option, NULL };

        out = tool_run(words, &error);
    }
    if (!out) {
        return owner_fail(error);
    }
    printf("Made %s\n", argv[1]);
    return OWNER_EXIT_OK;
}
