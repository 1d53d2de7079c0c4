/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads files of a platform's directory with a limit, and replaces them whole.
 * Conventions as in platform-dir.h.
 */

#ifndef PLATFORM_FILE_H
#define PLATFORM_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* What a file is called while it is written */
#define PLATFORM_FILE_NEW ".new"

/* An open directory, its name for messages, and the mode of files in it */
typedef struct PlatformFolder {
    int fd;
    char *path;
    mode_t file_mode;
} PlatformFolder;

/* Sets *errp to errno, with the name of file @name, or of the directory. */
bool platform_file_errno(const PlatformFolder *folder, const char *name,
                         GError **errp);

/*
 * Reads as much of the regular file @name as fits into @buf of @size bytes.
 * @len: set to the length of the file, which may be more.
 */
bool platform_file_read(const PlatformFolder *folder, const char *name,
                        void *buf, size_t size, size_t *len, GError **errp);

/*
 * Replaces @name, or makes it, with the folder's mode. After a loss of power
 * either content may be there, never a mixture, and the new one for sure from
 * platform_file_sync() on. Two must not replace the same file at once.
 */
bool platform_file_replace(const PlatformFolder *folder, const char *name,
                           const void *data, size_t len, GError **errp);

/* All that was replaced so far outlives a loss of power. */
bool platform_file_sync(const PlatformFolder *folder, GError **errp);

/* Opens file @name for locking; it is made when it is not there. */
int platform_file_lockable(const PlatformFolder *folder, const char *name,
                           GError **errp);

/*
 * Locks @fd, which is file @name or, if that is NULL, the folder; @operation
 * is LOCK_SH or LOCK_EX. Each holds a lock for moments. Who never lets go must
 * not stop a QEMU for ever, which may be waiting with the lock of all its
 * vCPUs: so after some seconds this fails and says so.
 */
bool platform_file_lock(const PlatformFolder *folder, const char *name, int fd,
                        int operation, GError **errp);

#endif
