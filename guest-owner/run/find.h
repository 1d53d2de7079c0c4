/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds QEMU and the firmware when the user doesn't say where they are. */

#ifndef OWNER_FIND_H
#define OWNER_FIND_H

#include <glib.h>
#include <stdbool.h>

/* Files are looked for around the program @argv0 first. */
void find_init(const char *argv0);

/* @given (NULL: not given) as a path, or a name to be found in $PATH */
char *find_qemu(const char *given, GError **errp);

/* @amdsev: the build that measures kernels, instead of the ordinary one */
char *find_firmware(bool amdsev, GError **errp);

/* All firmware that find_firmware() could find; NULL-terminated */
char **find_known_firmware(void);

/*
 * A program of ours that only this one calls: the one that the environment
 * names in @variable, or ../libexec/@name from this one.
 */
char *find_libexec(const char *name, const char *variable, GError **errp);

/* How a shell calls this program */
const char *find_self(void);

#endif
