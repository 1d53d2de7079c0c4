/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the log of a run, each line as soon as it is there. */

#include <errno.h>
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/launch-line.h"
#include "guest-owner/run/run-log.h"

bool run_log_open(const char *path, char **command, FILE **log,
                  GError **errp)
{
    g_autofree char *text = launch_line_quote(command);

    *log = NULL;
    if (!path) {
        return true;
    }
    *log = fopen(path, "we");
    if (!*log) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "--log %s: %s", path,
                    g_strerror(errno));
        return false;
    }
    fprintf(*log, "%s\n", text);
    return true;
}

void run_log_line(FILE *log, const char *mark, const char *line)
{
    if (log) {
        fprintf(log, "%s %s\n", mark, line);
        fflush(log);
    }
}
