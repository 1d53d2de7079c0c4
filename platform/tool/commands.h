/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declares what sevemu-platform can do. */

#ifndef PLATFORM_TOOL_COMMANDS_H
#define PLATFORM_TOOL_COMMANDS_H

#include <json-glib/json-glib.h>

#include "platform/tool/host.h"

typedef struct ToolCommand {
    const char *name;
    const char *summary;
    unsigned options;           /* TOOL_*: those that it takes */

    /* Adds members of the object that is printed to @out. */
    bool (*run)(ToolHost *host, JsonBuilder *out, GError **errp);
} ToolCommand;

/* Ends with a name of NULL */
extern const ToolCommand tool_commands[];

#endif
