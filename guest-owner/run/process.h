/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts the QEMU process with pipes, and ends it for certain. */

#ifndef OWNER_PROCESS_H
#define OWNER_PROCESS_H

#include <glib.h>
#include <stdbool.h>

typedef struct Process {
    GPid pid;                   /* 0 when it is gone */
    int to_stdin, from_stdout, from_stderr;
    guint kill_source;          /* SIGKILL is due, or 0 */
} Process;

/*
 * Starts @argv, in a session of its own so that Ctrl-C doesn't reach it,
 * and so that it dies with this program (where the system can do that).
 * @exited is called with the status of waitpid().
 */
bool process_start(Process *process, char **argv, GChildWatchFunc exited,
                   gpointer opaque, GError **errp);

/* Asks it to end, and kills it if it doesn't. @exited is called yet. */
void process_end(Process *process);

/* For @exited to call */
void process_gone(Process *process);

#endif
