/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Becomes sevemu-kds, which has the options of sevemu kds. */

#include <errno.h>
#include <unistd.h>
#include "guest-owner/run/find.h"
#include "guest-owner/verb/verbs.h"

/* It serves until it is killed: there is nothing to come back for. */
OwnerExit verb_kds(int argc, char **argv)
{
    GError *error = NULL;
    char *tool = find_libexec("sevemu-kds", "SEVEMU_KDS_TOOL", &error);

    if (!tool) {
        return owner_fail(error);
    }
    argv[0] = tool;
    execv(tool, argv);
    owner_say("%s: %s", tool, g_strerror(errno));
    return OWNER_EXIT_USAGE;
}
