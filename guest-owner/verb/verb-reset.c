/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu reset: the platform as it left the factory. */

#include <stdio.h>
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/verb/verbs.h"

static bool parse(char **platform, int *argc, char ***argv, GError **errp)
{
    const GOptionEntry entries[] = {
        { "platform", 0, 0, G_OPTION_ARG_FILENAME, platform,
          "The platform [the default one]", "DIR" },
        { NULL }
    };

    if (!options_parse(
            argc, argv, entries, NULL, 0,
            "Deletes what the platform keeps but the chip itself: OCA, PEK\n"
            "and PDH are made anew, and no session for it is good any more.\n"
            "Refused while a guest runs on it.", NULL, errp)) {
        return false;
    }
    if (!*platform) {
        *platform = platform_default_dir();
    }
    return true;
}

OwnerExit verb_reset(int argc, char **argv)
{
    g_autofree char *platform = NULL;
    g_autoptr(JsonObject) answer = NULL;
    GError *error = NULL;

    if (parse(&platform, &argc, &argv, &error)) {
        answer = platform_tool_run(platform, "reset", &error);
    }
    if (!answer) {
        return owner_fail(error);
    }
    printf("Reset %s\n", platform);
    return OWNER_EXIT_OK;
}
