/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that QEMU hands to its guest with -fw_cfg. */
#ifndef GUESTS_FW_CFG_H
#define GUESTS_FW_CFG_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the first SIZE bytes of a file at most; false if there is none. */
bool fw_cfg_read(const char *name, void *to, size_t size);

#endif
