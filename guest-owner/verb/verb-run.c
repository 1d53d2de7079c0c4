/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu run: a SEV guest from one command. */

#include "guest-owner/run/run-print.h"
#include "guest-owner/run/run.h"
#include "guest-owner/verb/verbs.h"

OwnerExit verb_run(int argc, char **argv)
{
    RunConfig config = { 0 };
    GError *error = NULL;
    OwnerExit status;

    if (!run_config_parse(&config, argc, argv, &error)) {
        status = owner_fail(error);
    } else {
        status = config.print ? run_print(&config) : run_guest(&config);
    }
    run_config_clear(&config);
    return status;
}
