/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks for QEMU and firmware: first in the tree that the program was
 * built in (build/bin/sevemu, build/assets/...), then in the system.
 */

#include <stdlib.h>
#include "guest-owner/run/find.h"
#include "guest-owner/base/owner.h"

#define QEMU_NAME "qemu-system-x86_64"

static char *program_dir;
static const char *self = "sevemu";

/* Those that don't start with a slash lie beside the program's folder */
static const char *const amdsev_paths[] = {
    "assets/ovmf-amdsev/usr/share/ovmf/OVMF.amdsev.fd",
    "/usr/share/ovmf/OVMF.amdsev.fd",           /* Debian */
    "/usr/share/edk2/ovmf/OVMF.amdsev.fd",      /* Fedora */
    NULL
};

/* Single images: variables are lost, but then all of it is measured */
static const char *const ordinary_paths[] = {
    "assets/ovmf-trixie/usr/share/ovmf/OVMF.fd",
    "/usr/share/ovmf/OVMF.fd",                  /* Debian */
    "/usr/share/edk2/ovmf/OVMF_CODE.fd",        /* Fedora */
    NULL
};

void find_init(const char *argv0)
{
    g_autofree char *found = g_find_program_in_path(argv0);
    char *real = found ? realpath(found, NULL) : NULL;

    program_dir = real ? g_path_get_dirname(real) : NULL;
    self = argv0;
    free(real);
}

const char *find_self(void)
{
    return self;
}

static bool is_program(const char *path)
{
    return path && g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) &&
           !g_file_test(path, G_FILE_TEST_IS_DIR);
}

char *find_qemu(const char *given, GError **errp)
{
    g_autofree char *beside = NULL;
    char *in_path = g_find_program_in_path(given ? given : QEMU_NAME);

    if (given) {
        if (!in_path) {
            g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                        "--qemu %s: no such program", given);
        }
        return in_path;
    }
    beside = program_dir ? g_build_filename(program_dir, QEMU_NAME, NULL)
                         : NULL;
    if (is_program(beside)) {
        g_free(in_path);
        return g_steal_pointer(&beside);
    }
    if (!in_path) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "no %s beside sevemu or in $PATH: give --qemu",
                    QEMU_NAME);
    }
    return in_path;
}

/* NULL when @path is relative and the program's folder isn't known */
static char *resolve(const char *path)
{
    if (g_path_is_absolute(path)) {
        return g_strdup(path);
    }
    if (!program_dir) {
        return NULL;
    }
    g_autofree char *parent = g_path_get_dirname(program_dir);

    return g_build_filename(parent, path, NULL);
}

static void add_known(GStrvBuilder *found, const char *const *paths)
{
    for (; *paths; paths++) {
        g_autofree char *path = resolve(*paths);

        if (path && g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            g_strv_builder_add(found, path);
        }
    }
}

char **find_known_firmware(void)
{
    g_autoptr(GStrvBuilder) found = g_strv_builder_new();

    add_known(found, amdsev_paths);
    add_known(found, ordinary_paths);
    return g_strv_builder_end(found);
}

char *find_firmware(bool amdsev, GError **errp)
{
    const char *const *paths = amdsev ? amdsev_paths : ordinary_paths;
    g_autoptr(GString) tried = g_string_new(NULL);

    for (; *paths; paths++) {
        g_autofree char *path = resolve(*paths);

        if (path && g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            return g_steal_pointer(&path);
        }
        g_string_append_printf(tried, " %s", path ? path : "");
    }
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "no %s firmware found: give --firmware (tried%s)",
                amdsev ? "AmdSev OVMF" : "OVMF", tried->str);
    return NULL;
}

char *find_libexec(const char *name, const char *variable, GError **errp)
{
    const char *given = g_getenv(variable);
    g_autofree char *relative = g_build_filename("libexec", name, NULL);
    g_autofree char *path = given ? g_strdup(given) : resolve(relative);

    if (!is_program(path)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "no program %s: $%s names another", path ? path : name,
                    variable);
        return NULL;
    }
    return g_steal_pointer(&path);
}
