/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes, reads and removes the private directory of a run. */

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "guest-owner/measure/launch-line.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/run/workdir.h"

/* Room for the socket's name in an address, and for no more */
#define MAX_SOCKET_PATH (sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1)

G_STATIC_ASSERT(sizeof(RUN_ATTEST_FILE) <= sizeof(RUN_QMP_FILE));

char *workdir_create(GError **errp)
{
    char *dir = g_dir_make_tmp("sevemu-XXXXXX", errp);

    if (dir && strlen(dir) + strlen("/" RUN_QMP_FILE) > MAX_SOCKET_PATH) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: too long for a socket; set TMPDIR to a shorter one",
                    dir);
        workdir_remove(dir);
        return NULL;
    }
    return dir;
}

bool workdir_shows_triple_fault(const char *dir)
{
    g_autofree char *path = g_build_filename(dir, RUN_CPU_LOG, NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) &&
           strstr(text, "Triple fault\n");
}

int workdir_connect(const char *dir, const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error;

    /* workdir_create() made sure that it fits */
    g_snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", dir,
               name);
    if (fd >= 0 &&
        connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

void workdir_remove(char *dir)
{
    static const char *const names[] = {
        RUN_GODH_FILE, RUN_SESSION_FILE, RUN_QMP_FILE, RUN_CPU_LOG,
        RUN_ATTEST_FILE,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);

        g_unlink(path);
    }
    if (g_rmdir(dir) < 0) {
        owner_say("cannot remove %s: %s", dir, g_strerror(errno));
    }
    g_free(dir);
}
