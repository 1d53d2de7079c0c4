/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides the format of disk images before QEMU sees them. */

#ifndef OWNER_DISK_H
#define OWNER_DISK_H

#include <glib.h>
#include <stdbool.h>

/*
 * QEMU's name of the format of @path: "qcow2" by the file name's end, "raw"
 * otherwise; or NULL and an error.
 */
const char *disk_format(const char *path, GError **errp);

#endif
