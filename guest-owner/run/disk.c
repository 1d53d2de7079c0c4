/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the format of a disk image. It goes by the name, not by the content: a
 * guest can write whatever it likes into its raw disk, also a qcow2 header
 * that refers to a file of the host. A content that contradicts the name is
 * refused, as it is more often a downloaded image with an unhelpful name.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "guest-owner/run/disk.h"
#include "guest-owner/base/owner.h"

static const char qcow2_magic[4] = { 'Q', 'F', 'I', '\xfb' };

static bool has_qcow2_magic(int fd)
{
    char start[sizeof(qcow2_magic)];

    return pread(fd, start, sizeof(start), 0) == sizeof(start) &&
           memcmp(start, qcow2_magic, sizeof(start)) == 0;
}

const char *disk_format(const char *path, GError **errp)
{
    bool by_name = g_str_has_suffix(path, ".qcow2");
    bool by_content;
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "--disk %s: %s",
                    path, g_strerror(errno));
        return NULL;
    }
    by_content = has_qcow2_magic(fd);
    close(fd);
    if (by_name == by_content) {
        return by_name ? "qcow2" : "raw";
    }
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                by_content
                ? "--disk %s: a qcow2 image whose name doesn't end in .qcow2 "
                  "(rename it, or make a link of such a name)"
                : "--disk %s: not a qcow2 image, as its name says",
                path);
    return NULL;
}
