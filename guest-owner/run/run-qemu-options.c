/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what the user tells QEMU, behind "--", as far as a run goes by it. */

#include <string.h>
#include "guest-owner/base/owner.h"
#include "guest-owner/run/run-qemu-options.h"

/* A -D of the user's takes the log away by which a triple fault is known. */
static void warn_of_log_option(char **options)
{
    if (g_strv_contains((const char *const *)options, "-D")) {
        owner_say("with a -D of yours a triple fault looks like a reboot: "
                  "add -no-reboot to end the run there");
    }
}

void run_qemu_options_take(RunConfig *config, int *argc, char **argv)
{
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            config->qemu_options = g_strdupv(argv + i + 1);
            *argc = i;
            warn_of_log_option(config->qemu_options);
            return;
        }
    }
}

bool run_qemu_options_leave_resets(const RunConfig *config)
{
    static const char *const own[] = {
        "-no-reboot", "--no-reboot", "-action", "--action", NULL,
    };

    for (char **word = config->qemu_options; word && *word; word++) {
        if (g_strv_contains(own, *word)) {
            return false;
        }
    }
    return true;
}
