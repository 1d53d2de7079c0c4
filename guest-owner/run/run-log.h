/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes what --log is for: QEMU's command line, messages, QMP exchange. */

#ifndef OWNER_RUN_LOG_H
#define OWNER_RUN_LOG_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* Begins with QEMU's command line. @path NULL: there is none, *log NULL */
bool run_log_open(const char *path, char **command, FILE **log,
                  GError **errp);

/* Nothing is done without a log. */
void run_log_line(FILE *log, const char *mark, const char *line);

#endif
