/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prepares a run before the launch: is the platform to trust, and a session
 * for it.
 */

#ifndef OWNER_RUN_SESSION_H
#define OWNER_RUN_SESSION_H

#include "guest-owner/run/run-config.h"

/*
 * Verifies the chain of the run's platform, draws *keys, and writes the
 * session that wraps them for that platform into @dir.
 */
bool run_session_prepare(const RunConfig *config, const char *dir,
                         Keys *keys, GError **errp);

#endif
