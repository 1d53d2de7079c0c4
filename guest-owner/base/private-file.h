/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes files that nobody else may read. */

#ifndef OWNER_PRIVATE_FILE_H
#define OWNER_PRIVATE_FILE_H

#include <glib.h>
#include <stdbool.h>

/* Writes @path with mode 0600, instead of a file of that name. */
bool private_file_write(const char *path, const void *data, size_t size,
                        GError **errp);

#endif
