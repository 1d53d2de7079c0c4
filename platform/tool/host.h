/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a host without guests: a platform's secure processor switched on, some
 * memory for what its commands write, and the way to its flash.
 *
 * Conventions: a function that can fail returns false or NULL and sets
 * *errp, whose code is the exit status that the failure calls for.
 */

#ifndef PLATFORM_TOOL_HOST_H
#define PLATFORM_TOOL_HOST_H

#include <glib.h>
#include <stdbool.h>

#include "abi/sev.h"
#include "asp/asp.h"
#include "platform/platform-dir.h"
#include "platform/tool/options.h"

/* Exit statuses; scripts rely on them */
typedef enum ToolExit {
    TOOL_EXIT_OK = 0,
    TOOL_EXIT_USAGE = 2,        /* bad argument, or a file that won't do */
    TOOL_EXIT_REFUSED = 3,      /* the firmware refused a command */
} ToolExit;

#define TOOL_ERROR tool_error_quark()
GQuark tool_error_quark(void);

/* Room for all that a command writes */
#define TOOL_MEMORY_BASE 0x1000
#define TOOL_MEMORY_SIZE 0x4000

typedef struct ToolHost {
    PlatformDir *dir;
    Asp *asp;
    const ToolOptions *options;
    PlatformSettings settings;  /* tool_host_read_settings() */
    uint8_t memory[TOOL_MEMORY_SIZE];

    const char *command;        /* the last command, and its status */
    uint32_t status;
} ToolHost;

/*
 * Switches the platform on. Its lock is held until tool_host_free(). @path
 * and @make: as for platform_dir_open().
 */
ToolHost *tool_host_new(const char *path, const PlatformMake *make,
                        GError **errp);

/* NULL is allowed. */
void tool_host_free(ToolHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ToolHost, tool_host_free)

/*
 * Gives the secure processor command @id, SEV_CMD_*, with the buffer @buf
 * (NULL when @len is 0). TOOL_EXIT_REFUSED unless SEV_FW_SUCCESS.
 */
bool tool_host_command(ToolHost *host, uint32_t id, void *buf, size_t len,
                       GError **errp);

/* The same when status @status, not SEV_FW_SUCCESS, is known already */
bool tool_host_refused(ToolHost *host, uint32_t id, uint32_t status,
                       GError **errp);

/* Makes of an error of the platform's directory one of the tool's. */
bool tool_host_file_error(GError *error, GError **errp);

/* Reads what the host tells the platform at each boot. */
bool tool_host_read_settings(ToolHost *host, GError **errp);

/*
 * Sees to it that no guests run. When some do, this is the refusal that the
 * firmware, whose guests they then are, has for command @id.
 */
bool tool_host_no_guests(ToolHost *host, uint32_t id, GError **errp);

#endif
