/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells another version than QEMU's, and in the same line QEMU's. */

#include "qemu/wrapper/version.h"

#include <stdio.h>
#include <string.h>

#define BEFORE "QEMU emulator version "

gboolean version_is_asked(char **argv)
{
    return g_getenv(VERSION_VARIABLE) && argv[0] &&
           (strcmp(argv[0], "--version") == 0 ||
            strcmp(argv[0], "-version") == 0);
}

/* QEMU's own words; NULL: it has said why it has none */
static char *ask(const char *qemu)
{
    const char *argv[] = { qemu, "--version", NULL };
    g_autoptr(GError) error = NULL;
    char *said = NULL;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                      &said, NULL, NULL, &error)) {
        fprintf(stderr, "sevemu-qemu: %s\n", error->message);
        return NULL;
    }
    if (!g_str_has_prefix(said, BEFORE)) {
        fprintf(stderr, "sevemu-qemu: %s --version: expected \"" BEFORE
                "...\"\n", qemu);
        g_clear_pointer(&said, g_free);
    }
    return said;
}

int version_print(const char *qemu)
{
    const char *version = g_getenv(VERSION_VARIABLE);
    g_autofree char *said = NULL;
    const char *rest;

    if (!g_regex_match_simple("^\\d+(\\.\\d+){1,2}$", version, 0, 0)) {
        fprintf(stderr, "sevemu-qemu: " VERSION_VARIABLE "=%s: expected a "
                "version such as 11.0.0\n", version);
        return 1;
    }
    said = ask(qemu);
    if (!said) {
        return 1;
    }
    rest = said + strlen(BEFORE);
    printf(BEFORE "%s, as " VERSION_VARIABLE " says; it is %s", version,
           rest);
    return 0;
}
