/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints what a run would do. */

#ifndef OWNER_RUN_PRINT_H
#define OWNER_RUN_PRINT_H

#include "guest-owner/base/owner.h"
#include "guest-owner/run/run-config.h"

/* --print: what run_guest() would do, on stdout */
OwnerExit run_print(RunConfig *config);

#endif
