/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declares what a command of sevemu-platform can be told. */

#ifndef PLATFORM_TOOL_OPTIONS_H
#define PLATFORM_TOOL_OPTIONS_H

#include <glib.h>

/* Which options a command takes */
enum {
    TOOL_VENDOR  = 1u << 0,
    TOOL_PRODUCT = 1u << 1,
    TOOL_API     = 1u << 2,
    TOOL_TCB     = 1u << 3,
    TOOL_MASKS   = 1u << 4,
    TOOL_CSP     = 1u << 5,
};

/* As the user gave them; NULL or false: not given */
typedef struct ToolOptions {
    char *vendor;               /* directory of the chip's manufacturer */
    char *product;
    char *api;
    char *tcb;
    gboolean mask_chip_id;
    gboolean mask_chip_key;
    char *csp_id;
} ToolOptions;

#endif
