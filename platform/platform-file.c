/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads files with a limit, replaces them whole, and locks them for a while. */

#include "platform/platform-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/platform-dir.h"

/* How long somebody else may hold a lock */
#define LOCK_SECONDS 10

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

/*
 * What root makes in another's folder is that one's, or he could not use it.
 * In a container's root may not be allowed to; then nobody else is there.
 */
static void give_away(const PlatformFolder *folder, int fd)
{
    struct stat st;

    if (geteuid() == 0 && fstat(folder->fd, &st) == 0 &&
        fchown(fd, st.st_uid, st.st_gid) < 0) {
        return;
    }
}

/*
 * The umask must not matter. In a folder that is shared the file may be
 * another's, who alone may change its mode, and has.
 */
static bool set_mode(const PlatformFolder *folder, int fd)
{
    struct stat st;

    give_away(folder, fd);
    return fstat(fd, &st) == 0 &&
           ((st.st_mode & 07777) == folder->file_mode ||
            fchmod(fd, folder->file_mode) == 0);
}

static bool write_new(const PlatformFolder *folder, const char *name,
                      const void *data, size_t len, GError **errp)
{
    bool ok;
    int fd;

    /* What a kill has left, perhaps of another who shares the folder */
    unlinkat(folder->fd, name, 0);
    fd = openat(folder->fd, name,
                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW |
                O_NONBLOCK, 0600);
    /* All is on disk before it has its name */
    ok = fd >= 0 && set_mode(folder, fd) &&
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

    if (fd >= 0 && set_mode(folder, fd)) {
        return fd;
    }
    platform_file_errno(folder, name, errp);
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

bool platform_file_lock(const PlatformFolder *folder, const char *name, int fd,
                        int operation, GError **errp)
{
    gint64 until = g_get_monotonic_time() + LOCK_SECONDS * G_USEC_PER_SEC;

    while (flock(fd, operation | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK && g_get_monotonic_time() >= until) {
            g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_FAILED,
                        "%s%s%s: another program has held it for %d seconds",
                        folder->path, name ? "/" : "", name ? name : "",
                        LOCK_SECONDS);
            return false;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return platform_file_errno(folder, name, errp);
        }
        g_usleep(G_USEC_PER_SEC / 200);
    }
    return true;
}
