/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declares what is asked of the options that are QEMU's. */

#ifndef OWNER_RUN_QEMU_OPTIONS_H
#define OWNER_RUN_QEMU_OPTIONS_H

#include "guest-owner/run/run-config.h"

/* What follows "--" is QEMU's: cuts it off *argc and keeps it. */
void run_qemu_options_take(RunConfig *config, int *argc, char **argv);

/* Does the user leave it to us what becomes of a reset? */
bool run_qemu_options_leave_resets(const RunConfig *config);

#endif
