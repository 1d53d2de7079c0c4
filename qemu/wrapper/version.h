/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's version, for scripts that want a later one than there is.
 *
 * SEVEMU_QEMU_VERSION in the environment is the version that --version then
 * tells first; the line goes on with the real one.
 */

#ifndef QEMU_WRAPPER_VERSION_H
#define QEMU_WRAPPER_VERSION_H

#include <glib.h>

#define VERSION_VARIABLE "SEVEMU_QEMU_VERSION"

/*
 * Does the first argument ask for the version, and the environment for another?
 * A later one may be an option's value.
 */
gboolean version_is_asked(char **argv);

/* Prints it; the exit status. */
int version_print(const char *qemu);

#endif
