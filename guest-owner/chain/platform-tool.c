/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu-platform and reads its answers. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "guest-owner/run/find.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/run/qmp.h"

/* One for all users, where an administrator has made it */
#define SYSTEM_PLATFORM "/var/lib/sevemu/platform"

char *platform_default_dir(void)
{
    const char *named = g_getenv("SEVEMU_PLATFORM");
    const char *state = g_getenv("XDG_STATE_HOME");

    if (named && *named) {
        return g_strdup(named);
    }
    if (g_file_test(SYSTEM_PLATFORM, G_FILE_TEST_IS_DIR) &&
        g_access(SYSTEM_PLATFORM, W_OK | X_OK) == 0) {
        return g_strdup(SYSTEM_PLATFORM);
    }
    /* As the XDG base directory specification has it: else it is ignored */
    if (state && g_path_is_absolute(state)) {
        return g_build_filename(state, "sevemu", "platform", NULL);
    }
    return g_build_filename(g_get_home_dir(), ".local", "state", "sevemu",
                            "platform", NULL);
}

/* A program's last line on stderr, without its name before it */
static char *last_words(const char *program, const char *text)
{
    g_autofree char *name = g_path_get_basename(program);
    g_autofree char *prefix = g_strconcat(name, ": ", NULL);
    g_autofree char *all = g_strchomp(g_strdup(text));
    const char *newline = strrchr(all, '\n');
    const char *line = newline ? newline + 1 : all;

    if (!*line) {
        return g_strconcat(program, " failed", NULL);
    }
    return g_strdup(g_str_has_prefix(line, prefix) ? line + strlen(prefix)
                                                   : line);
}

char *tool_run(char **argv, GError **errp)
{
    g_autofree char *out = NULL;
    g_autofree char *err = NULL;
    g_autofree char *words = NULL;
    int status, code;

    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out,
                      &err, &status, errp)) {
        return NULL;
    }
    code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == 0) {
        return g_steal_pointer(&out);
    }
    words = last_words(argv[0], err);
    g_set_error(errp, OWNER_ERROR,
                code == OWNER_EXIT_REFUSED ? OWNER_EXIT_REFUSED
                                           : OWNER_EXIT_USAGE,
                "%s", words);
    return NULL;
}

JsonObject *platform_tool_run(const char *dir, const char *command,
                              GError **errp)
{
    g_autofree char *tool = find_libexec("sevemu-platform",
                                        "SEVEMU_PLATFORM_TOOL", errp);
    char *argv[] = { tool, (char *)dir, (char *)command, NULL };
    g_autofree char *out = tool ? tool_run(argv, errp) : NULL;
    JsonObject *answer = out ? json_text_object(out) : NULL;

    if (out && !answer) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: the answer is no JSON object", tool, command);
    }
    return answer;
}

/* Appends what member @name of @answer is base64 of. */
static bool append_blob(GByteArray *file, JsonObject *answer,
                        const char *name, const char *dir, GError **errp)
{
    const char *text = qmp_get_string(answer, name);
    g_autofree guchar *data = NULL;
    gsize len;

    if (!text) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "platform %s: there is no \"%s\" in the answer", dir,
                    name);
        return false;
    }
    data = g_base64_decode(text, &len);
    g_byte_array_append(file, data, len);
    return true;
}

GBytes *platform_tool_export(const char *dir, bool full, GError **errp)
{
    static const char *const names[] = {
        "pdh", "pek", "oca", "cek", "ask", "ark",
    };
    /* Only there is the CEK signed: a chip can't do that itself */
    g_autoptr(JsonObject) answer = platform_tool_run(dir, "export-full",
                                                     errp);
    g_autoptr(GByteArray) file = g_byte_array_new();

    if (!answer) {
        return NULL;
    }
    for (size_t i = 0; i < (full ? 6 : 4); i++) {
        if (!append_blob(file, answer, names[i], dir, errp)) {
            return NULL;
        }
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&file));
}

bool platform_tool_version(const char *dir, Platform *platform,
                           GError **errp)
{
    g_autoptr(JsonObject) answer = platform_tool_run(dir, "status", errp);
    uint32_t major, minor, build;

    if (!answer) {
        return false;
    }
    if (!qmp_get_uint(answer, "api-major", UINT8_MAX, &major) ||
        !qmp_get_uint(answer, "api-minor", UINT8_MAX, &minor) ||
        !qmp_get_uint(answer, "build-id", UINT8_MAX, &build)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "platform %s: status: there is no version in the answer",
                    dir);
        return false;
    }
    platform->api_major = major;
    platform->api_minor = minor;
    platform->build = build;
    return true;
}
