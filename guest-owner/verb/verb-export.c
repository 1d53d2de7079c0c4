/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu export: a platform's chain of certificates, as a file. */

#include "guest-owner/base/input.h"
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/verb/verbs.h"

typedef struct ExportOptions {
    char *platform;
    gboolean full;
} ExportOptions;

static bool parse(ExportOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry entries[] = {
        { "full", 0, 0, G_OPTION_ARG_NONE, &options->full,
          "With the manufacturer's ASK and ARK", NULL },
        { "platform", 0, 0, G_OPTION_ARG_FILENAME, &options->platform,
          "The platform [the default one]", "DIR" },
        { NULL }
    };

    if (!options_parse(
            argc, argv, entries, "FILE", 1,
            "Writes the certificates of PDH, PEK, OCA and CEK to FILE, one\n"
            "after the other, as sevctl does. \"verify\" and \"session\" of\n"
            "both take it.", NULL, errp)) {
        return false;
    }
    if (!options->platform) {
        options->platform = platform_default_dir();
    }
    return true;
}

static bool export(const ExportOptions *options, const char *path,
                   GError **errp)
{
    g_autoptr(GBytes) file = platform_tool_export(options->platform,
                                                  options->full, errp);
    g_autofree char *name = g_strconcat("platform ", options->platform, NULL);
    Chain chain;

    return file && chain_read(file, name, &chain, errp) &&
           output_file("FILE", path, g_bytes_get_data(file, NULL),
                       g_bytes_get_size(file), errp);
}

OwnerExit verb_export(int argc, char **argv)
{
    ExportOptions options = { 0 };
    GError *error = NULL;
    bool ok = parse(&options, &argc, &argv, &error) &&
              export(&options, argv[1], &error);

    g_free(options.platform);
    return ok ? OWNER_EXIT_OK : owner_fail(error);
}
