/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu show platform: what a platform says of itself. */

#include <stdio.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/options.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/run/qmp.h"
#include "guest-owner/verb/verbs.h"

typedef struct ShowOptions {
    char *platform;
    gboolean json;
} ShowOptions;

static bool parse(ShowOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry entries[] = {
        { "platform", 0, 0, G_OPTION_ARG_FILENAME, &options->platform,
          "The platform [the default one]", "DIR" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
          "Print JSON", NULL },
        { NULL }
    };

    if (!options_parse(
            argc, argv, entries, NULL, 0,
            "Shows a platform: its processor, its firmware's version, TCB and\n"
            "state, and the id of its chip. A platform that isn't there is\n"
            "made.", NULL, errp)) {
        return false;
    }
    if (!options->platform) {
        options->platform = platform_default_dir();
    }
    return true;
}

/* All that is known of the platform, in one object */
static JsonObject *ask(const char *dir, GError **errp)
{
    g_autoptr(JsonObject) status = platform_tool_run(dir, "status", errp);
    g_autoptr(JsonObject) id = status ? platform_tool_run(dir, "get-id", errp)
                                      : NULL;
    const char *text = id ? qmp_get_string(id, "hex") : NULL;

    if (!id) {
        return NULL;
    }
    json_object_set_string_member(status, "directory", dir);
    if (text) {
        json_object_set_string_member(status, "id", text);
    }
    return g_steal_pointer(&status);
}

static void print_text(JsonObject *platform, const char *title,
                       const char *name)
{
    const char *text = qmp_get_string(platform, name);

    if (text) {
        printf("%-10s %s\n", title, text);
    }
}

static void print(JsonObject *platform)
{
    uint32_t major, minor, build, guests;

    print_text(platform, "directory", "directory");
    print_text(platform, "processor", "product");
    if (qmp_get_uint(platform, "api-major", UINT8_MAX, &major) &&
        qmp_get_uint(platform, "api-minor", UINT8_MAX, &minor) &&
        qmp_get_uint(platform, "build-id", UINT8_MAX, &build)) {
        printf("%-10s API %u.%u, build %u\n", "firmware", major, minor,
               build);
    }
    print_text(platform, "TCB", "current-tcb");
    print_text(platform, "reported", "reported-tcb");
    print_text(platform, "state", "state");
    print_text(platform, "owner", "owner");
    if (qmp_get_uint(platform, "guests", UINT32_MAX, &guests)) {
        printf("%-10s %u\n", "guests", guests);
    }
    print_text(platform, "chip", "id");
}

OwnerExit verb_show_platform(int argc, char **argv)
{
    ShowOptions options = { 0 };
    GError *error = NULL;
    g_autoptr(JsonObject) platform = NULL;

    if (parse(&options, &argc, &argv, &error)) {
        platform = ask(options.platform, &error);
    }
    g_free(options.platform);
    if (!platform) {
        return owner_fail(error);
    }
    if (options.json) {
        json_text_print(json_object_ref(platform));
    } else {
        print(platform);
    }
    return OWNER_EXIT_OK;
}
