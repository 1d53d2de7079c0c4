/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are read with a limit and replaced whole. */

#include "hypervisor/platform-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hypervisor/platform-dir.h"

bool platform_file_errno(const PlatformFolder *folder, const char *name,
                         GError **errp)
{
    int err = errno;

    g_set_error(errp, PLATFORM_DIR_ERROR,
                err == ENOENT ? PLATFORM_DIR_ERROR_MISSING
                              : PLATFORM_DIR_ERROR_FAILED,
                "%s%s%s: %s", folder->path, name ? "/" : "", name ? name : "",
                g_strerror(err));
    return false;
}

/* Sets @done to less than @size only at the end of the file. */
static int read_up_to(int fd, void *buf, size_t size, size_t *done)
{
    for (*done = 0; *done < size; ) {
        ssize_t n = read(fd, (char *)buf + *done, size - *done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n;
        }
        *done += n;
    }
    return 0;
}

static int write_all(int fd, const void *data, size_t len)
{
    for (size_t done = 0; done < len; ) {
        ssize_t n = write(fd, (const char *)data + done, len - done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        done += n;
    }
    return 0;
}

bool platform_file_read(const PlatformFolder *folder, const char *name,
                        void *buf, size_t size, size_t *len, GError **errp)
{
    /* What is no regular file may block at open(), or never end */
    int fd = openat(folder->fd, name,
                    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;
    bool ok = fd >= 0 && fstat(fd, &st) == 0;

    if (ok && !S_ISREG(st.st_mode)) {
        g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED,
                    "%s/%s: expected a regular file", folder->path, name);
        close(fd);
        return false;
    }
    ok = ok && read_up_to(fd, buf, size, len) == 0;
    if (!ok) {
        platform_file_errno(folder, name, errp);
    } else if (*len == size) {
        *len = MAX(size, (size_t)st.st_size);
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static bool write_new(const PlatformFolder *folder, const char *name,
                      const void *data, size_t len, GError **errp)
{
    int fd = openat(folder->fd, name,
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW |
                    O_NONBLOCK, 0600);
    /* The umask must not matter; and all is on disk before it has its name */
    bool ok = fd >= 0 && fchmod(fd, 0600) == 0 &&
              write_all(fd, data, len) == 0 && fsync(fd) == 0;

    if (!ok) {
        platform_file_errno(folder, name, errp);
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

bool platform_file_replace(const PlatformFolder *folder, const char *name,
                           const void *data, size_t len, GError **errp)
{
    g_autofree char *new = g_strconcat(name, PLATFORM_FILE_NEW, NULL);

    if (!write_new(folder, new, data, len, errp)) {
        unlinkat(folder->fd, new, 0);
        return false;
    }
    if (renameat(folder->fd, new, folder->fd, name) < 0) {
        platform_file_errno(folder, name, errp);
        unlinkat(folder->fd, new, 0);
        return false;
    }
    return true;
}

bool platform_file_sync(const PlatformFolder *folder, GError **errp)
{
    return fsync(folder->fd) == 0 || platform_file_errno(folder, NULL, errp);
}

int platform_file_lockable(const PlatformFolder *folder, const char *name,
                           GError **errp)
{
    int fd = openat(folder->fd, name,
                    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                    0600);

    if (fd >= 0 && fchmod(fd, 0600) == 0) {
        return fd;
    }
    platform_file_errno(folder, name, errp);
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}
