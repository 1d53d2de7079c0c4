/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a guest from launch to end. */

#ifndef OWNER_RUN_H
#define OWNER_RUN_H

#include "guest-owner/base/owner.h"
#include "guest-owner/run/run-config.h"

/* Everything is said on stderr; the exit status is returned. */
OwnerExit run_guest(RunConfig *config);

#endif
