/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the QEMU command line of a run. */

#ifndef OWNER_LAUNCH_LINE_H
#define OWNER_LAUNCH_LINE_H

#include "guest-owner/run/run-config.h"
#include "guest-owner/chain/session-files.h"

/* Names of the files in a run's private directory */
#define RUN_SESSION_NAME "launch"            /* with session-files.h's */
#define RUN_GODH_FILE    RUN_SESSION_NAME SESSION_GODH_SUFFIX
#define RUN_SESSION_FILE RUN_SESSION_NAME SESSION_BUFFER_SUFFIX
#define RUN_QMP_FILE     "qmp.sock"
#define RUN_CPU_LOG      "cpu.log"
#define RUN_ATTEST_FILE  "att.sock"

/* Arguments, the program first, with private files in @dir */
char **launch_line(const RunConfig *config, const char *dir);

/* For a shell: a word, quoted if it must be */
char *launch_line_quote_word(const char *word);

/* The same for a whole line; each option begins a line of its own. */
char *launch_line_quote(char *const *argv);

#endif
