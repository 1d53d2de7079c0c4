/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds, makes and opens the directory of a platform. */

#include "platform/platform-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/platform-dir.h"

/* Of a directory whose owner shares it with the directory's group, not all */
#define SHARED_MODE (S_ISGID | S_IWGRP)
#define SHARED_MASK (SHARED_MODE | S_IRWXO)

static char *home_place(void)
{
    const char *state = g_getenv("XDG_STATE_HOME");

    /* The specification has relative ones ignored */
    if (state && g_path_is_absolute(state)) {
        return g_build_filename(state, "sevemu", "platform", NULL);
    }
    return g_build_filename(g_get_home_dir(), ".local", "state", "sevemu",
                            "platform", NULL);
}

char *platform_dir_default(void)
{
    const char *named = g_getenv("SEVEMU_PLATFORM");

    if (named && *named) {
        return g_strdup(named);
    }
    return g_file_test(PLATFORM_DIR_SYSTEM, G_FILE_TEST_IS_DIR) &&
           g_access(PLATFORM_DIR_SYSTEM, W_OK | X_OK) == 0
           ? g_strdup(PLATFORM_DIR_SYSTEM) : home_place();
}

/* Makes @path, and what leads to it if @parents, with mode 0700. */
static int make_dir(const char *path, bool parents)
{
    if (mkdir(path, 0700) == 0) {
        return chmod(path, 0700);       /* the umask must not matter */
    }
    if (errno == ENOENT && parents) {
        g_autofree char *parent = g_path_get_dirname(path);

        if (strcmp(parent, path) == 0 || make_dir(parent, true) < 0) {
            return -1;
        }
        return make_dir(path, false);
    }
    return errno == EEXIST ? 0 : -1;
}

bool platform_folder_open(PlatformFolder *folder, const char *path,
                          GError **errp)
{
    g_autofree char *home = home_place();
    struct stat st;

    folder->path = path ? g_strdup(path) : platform_dir_default();
    if (make_dir(folder->path, strcmp(folder->path, home) == 0) == 0) {
        folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (folder->fd < 0 || fstat(folder->fd, &st) < 0) {
        return platform_file_errno(folder, NULL, errp);
    }
    folder->file_mode = (st.st_mode & SHARED_MASK) == SHARED_MODE ? 0660
                                                                  : 0600;
    return true;
}

bool platform_folder_is_shared(const PlatformFolder *folder)
{
    return folder->file_mode != 0600;
}

/* A parent that can't be read is no reason to fail. */
void platform_folder_sync_name(const PlatformFolder *folder)
{
    int fd = openat(folder->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}
