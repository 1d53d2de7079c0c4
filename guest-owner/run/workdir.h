/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes, reads and removes the private directory of a run: its session, its
 * sockets and its CPU log.
 */

#ifndef OWNER_WORKDIR_H
#define OWNER_WORKDIR_H

#include <glib.h>
#include <stdbool.h>

/* A new, empty directory of mode 0700 */
char *workdir_create(GError **errp);

/* Whether the CPU log in @dir tells of a triple fault */
bool workdir_shows_triple_fault(const char *dir);

/*
 * Connects to a socket in @dir, whose name is no longer than that of QMP's. -1:
 * errno says why
 */
int workdir_connect(const char *dir, const char *name);

/* Removes @dir with what is in it, and frees the name. */
void workdir_remove(char *dir);

#endif
