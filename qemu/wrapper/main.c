/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sevemu-qemu: starts the QEMU beside it with TCG, whatever is asked for.
 *
 * For who writes command lines for KVM and cannot be told otherwise: libvirt,
 * which asks each QEMU with accel=kvm:tcg what it can do, and scripts. Where
 * the platform is, QEMU finds out itself (platform/platform-dir.h).
 */

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <unistd.h>

#include "qemu/wrapper/rewrite.h"
#include "qemu/wrapper/version.h"

#define PROGRAM "sevemu-qemu"
#define QEMU_NAME "qemu-system-x86_64"

/* Beside the program itself, not beside a link to it. */
static char *find_qemu(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *self = g_file_read_link("/proc/self/exe", &error);
    g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;

    if (!self) {
        fprintf(stderr, PROGRAM ": where it lies is not known: %s\n",
                error->message);
        return NULL;
    }
    return g_build_filename(folder, QEMU_NAME, NULL);
}

int main(int argc, char **argv)
{
    g_autoptr(GString) said = g_string_new(NULL);
    g_autofree char *qemu = find_qemu();
    g_autoptr(GPtrArray) arguments = NULL;

    if (!qemu) {
        return 1;
    }
    /* An empty argv, which the kernel allows, has no argv[1] to look at */
    argv += argc > 0;
    if (version_is_asked(argv)) {
        return version_print(qemu);
    }
    arguments = rewrite_arguments(argv, said);
    g_ptr_array_insert(arguments, 0, g_strdup(qemu));
    g_ptr_array_add(arguments, NULL);
    if (said->len) {
        fprintf(stderr, PROGRAM ": %s\n", said->str);
    }
    execv(qemu, (char **)arguments->pdata);
    fprintf(stderr, PROGRAM ": %s: %s (expected beside this program; a link "
            "to it will do, a copy won't)\n", qemu, g_strerror(errno));
    return 1;
}
