/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that QEMU hands to its guest with -fw_cfg. */
#ifndef GUESTS_FW_CFG_H
#define GUESTS_FW_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes its data port give a file; returns the file's size, 0 without one. */
uint32_t fw_cfg_select(const char *name);

/* Reads the first SIZE bytes of a file at most; false if there is none. */
bool fw_cfg_read(const char *name, void *to, size_t size);

#endif
