/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds and makes the directory of a platform, whatever is in it. Conventions
 * as in platform-dir.h.
 */

#ifndef PLATFORM_FOLDER_H
#define PLATFORM_FOLDER_H

#include "platform/platform-file.h"

/*
 * Opens @path (NULL: platform_dir_default()), and makes it if it is not
 * there. Sets all of @folder but when it fails; its fd has to be -1 before.
 */
bool platform_folder_open(PlatformFolder *folder, const char *path,
                          GError **errp);

/* Has its owner let the directory's group in? */
bool platform_folder_is_shared(const PlatformFolder *folder);

/* The directory's own name outlives a loss of power. */
void platform_folder_sync_name(const PlatformFolder *folder);

#endif
