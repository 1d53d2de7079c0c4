/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu platform new: a platform of any generation and TCB. */

#include <stdio.h>
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/run/find.h"
#include "guest-owner/verb/verbs.h"

typedef struct NewOptions {
    char *product;
    char *api;
    char *tcb;
    char *vendor;
} NewOptions;

static bool parse(NewOptions *options, int *argc, char ***argv, GError **errp)
{
    const GOptionEntry entries[] = {
        { "product", 0, 0, G_OPTION_ARG_STRING, &options->product,
          "Naples, Rome, Milan, Genoa, Turin or Venice [Milan]", "NAME" },
        { "api", 0, 0, G_OPTION_ARG_STRING, &options->api,
          "Version of its firmware", "MAJOR.MINOR.BUILD" },
        { "tcb", 0, 0, G_OPTION_ARG_STRING, &options->tcb,
          "Its TCB: bl=3,tee=0,snp=8,ucode=115; Turin's has fmc= too",
          "LIST" },
        { "vendor", 0, 0, G_OPTION_ARG_FILENAME, &options->vendor,
          "Manufacturer, made by \"sevemu vendor new\" [built in]", "DIR" },
        { NULL }
    };

    return options_parse(
        argc, argv, entries, "DIR", 1,
        "Makes a platform, a new chip, in the directory DIR, which must not\n"
        "have one yet. Without options it is what is made on first use.",
        "Versions of attestation reports: 2 below firmware 1.56, 3 below\n"
        "1.58, and 5. What \"--tcb\" does not name stays the product's usual.",
        errp);
}

static void add(GPtrArray *words, const char *option, const char *value)
{
    if (value) {
        g_ptr_array_add(words, g_strdup(option));
        g_ptr_array_add(words, g_strdup(value));
    }
}

static char *make(const NewOptions *options, const char *dir, GError **errp)
{
    g_autofree char *tool = find_libexec("sevemu-platform",
                                         "SEVEMU_PLATFORM_TOOL", errp);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    if (!tool) {
        return NULL;
    }
    g_ptr_array_add(words, g_strdup(tool));
    add(words, "--product", options->product);
    add(words, "--api", options->api);
    add(words, "--tcb", options->tcb);
    add(words, "--vendor", options->vendor);
    g_ptr_array_add(words, g_strdup("--"));
    g_ptr_array_add(words, g_strdup(dir));
    g_ptr_array_add(words, g_strdup("create"));
    g_ptr_array_add(words, NULL);
    return tool_run((char **)words->pdata, errp);
}

OwnerExit verb_platform_new(int argc, char **argv)
{
    NewOptions options = { 0 };
    g_autofree char *out = NULL;
    GError *error = NULL;

    if (parse(&options, &argc, &argv, &error)) {
        out = make(&options, argv[1], &error);
    }
    g_free(options.product);
    g_free(options.api);
    g_free(options.tcb);
    g_free(options.vendor);
    if (!out) {
        return owner_fail(error);
    }
    printf("Made %s\n", argv[1]);
    return OWNER_EXIT_OK;
}
