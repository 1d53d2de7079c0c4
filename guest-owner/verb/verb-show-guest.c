/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu show guest: what QEMU says of a guest's SEV. */

#include <stdio.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/options.h"
#include "guest-owner/base/policy-text.h"
#include "guest-owner/run/qmp-ask.h"
#include "guest-owner/verb/verbs.h"

typedef struct ShowOptions {
    char *qmp;
    gboolean json;
} ShowOptions;

static bool parse(ShowOptions *options, int *argc, char ***argv,
                  GError **errp)
{
    const GOptionEntry entries[] = {
        { "qmp", 0, 0, G_OPTION_ARG_FILENAME, &options->qmp,
          "QEMU's QMP socket (-qmp unix:SOCKET,server=on,wait=off)",
          "SOCKET" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
          "Print JSON: what query-sev answers", NULL },
        { NULL }
    };

    return options_parse(
               argc, argv, entries, NULL, 0,
               "Shows a running guest: its state, policy and handle, and the\n"
               "firmware's version.", NULL, errp) &&
           options_need("--qmp", options->qmp, errp);
}

/* QEMU answers for a guest without SEV as well, and then so */
static bool is_enabled(JsonObject *sev)
{
    JsonNode *node = json_object_get_member(sev, "enabled");

    return !node || json_node_get_value_type(node) != G_TYPE_BOOLEAN ||
           json_node_get_boolean(node);
}

static void print(JsonObject *sev)
{
    uint32_t major, minor, build, policy, handle;
    const char *type = qmp_get_string(sev, "sev-type");
    const char *state = qmp_get_string(sev, "state");

    if (!is_enabled(sev)) {
        printf("%-10s %s\n", "type", "not a SEV guest");
        return;
    }
    printf("%-10s %s\n", "type", type ? type : "sev");
    printf("%-10s %s\n", "state", state ? state : "unknown");
    if (qmp_get_uint(sev, "policy", UINT32_MAX, &policy)) {
        g_autofree char *text = policy_text(policy);

        printf("%-10s %s\n", "policy", text);
    }
    if (qmp_get_uint(sev, "handle", UINT32_MAX, &handle)) {
        printf("%-10s %u\n", "handle", handle);
    }
    if (qmp_get_uint(sev, "api-major", UINT8_MAX, &major) &&
        qmp_get_uint(sev, "api-minor", UINT8_MAX, &minor) &&
        qmp_get_uint(sev, "build-id", UINT8_MAX, &build)) {
        printf("%-10s API %u.%u, build %u\n", "firmware", major, minor,
               build);
    }
}

OwnerExit verb_show_guest(int argc, char **argv)
{
    ShowOptions options = { 0 };
    GError *error = NULL;
    g_autoptr(JsonObject) sev = NULL;

    if (parse(&options, &argc, &argv, &error)) {
        sev = qmp_ask(options.qmp, "query-sev", &error);
    }
    g_free(options.qmp);
    if (!sev) {
        return owner_fail(error);
    }
    if (options.json) {
        json_text_print(json_object_ref(sev));
    } else {
        print(sev);
    }
    return OWNER_EXIT_OK;
}
