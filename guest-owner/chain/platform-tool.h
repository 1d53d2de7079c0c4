/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the platform without a guest: what /dev/sev is for on a real host. All
 * of it is done by another program, sevemu-platform, as the guest owner's
 * command has no part of the secure processor in it.
 */

#ifndef OWNER_PLATFORM_TOOL_H
#define OWNER_PLATFORM_TOOL_H

#include <json-glib/json-glib.h>
#include "guest-owner/chain/chain.h"
#include "guest-owner/measure/measurement.h"

/*
 * Where QEMU has the platform when it isn't told: $SEVEMU_PLATFORM, the
 * system's, or the user's own
 */
char *platform_default_dir(void);

/*
 * Has sevemu-platform do @command to the platform in @dir, and returns what
 * it answers. The error has OWNER_EXIT_REFUSED when the firmware refused.
 */
JsonObject *platform_tool_run(const char *dir, const char *command,
                              GError **errp);

/* The chain of the platform in @dir, up to the root if @full, as in a file */
GBytes *platform_tool_export(const char *dir, bool full, GError **errp);

/* Which firmware the platform runs; platform->policy is left alone. */
bool platform_tool_version(const char *dir, Platform *platform,
                           GError **errp);

/* Runs @argv to its end; stdout is returned. Its last words are the error. */
char *tool_run(char **argv, GError **errp);

#endif
