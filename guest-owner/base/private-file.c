/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes keys: the file has its mode before there is a key in it. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>
#include "guest-owner/base/owner.h"
#include "guest-owner/base/private-file.h"

static bool write_all(int fd, const guint8 *data, size_t size)
{
    while (size) {
        ssize_t n = write(fd, data, size);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        data += MAX(n, 0);
        size -= MAX(n, 0);
    }
    return true;
}

bool private_file_write(const char *path, const void *data, size_t size,
                        GError **errp)
{
    bool ok;
    int fd;

    /* One that is there may be open, or readable, to others */
    g_unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ok = fd >= 0 && write_all(fd, data, size);
    if (fd >= 0 && close(fd) < 0) {
        ok = false;
    }
    if (!ok) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "%s: %s", path,
                    g_strerror(errno));
    }
    return ok;
}
