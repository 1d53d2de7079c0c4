/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a daemon of libmicrohttpd in GLib's main loop. See kds-loop.h. */

#include "vendor/kds/kds-loop.h"

typedef struct DaemonSource {
    GSource source;
    struct MHD_Daemon *daemon;
} DaemonSource;

static gboolean source_prepare(GSource *source, int *timeout)
{
    MHD_UNSIGNED_LONG_LONG ms;

    *timeout = -1;
    if (MHD_get_timeout(((DaemonSource *)source)->daemon, &ms) == MHD_YES) {
        *timeout = MIN(ms, 1000);
    }
    return *timeout == 0;
}

/* Its own clock may have run out; running it for nothing is cheap. */
static gboolean source_check(GSource *source)
{
    return TRUE;
}

static gboolean source_dispatch(GSource *source, GSourceFunc callback,
                                gpointer opaque)
{
    MHD_run(((DaemonSource *)source)->daemon);
    return G_SOURCE_CONTINUE;
}

GSource *kds_loop_attach(struct MHD_Daemon *daemon)
{
    static GSourceFuncs funcs = {
        .prepare = source_prepare, .check = source_check,
        .dispatch = source_dispatch,
    };
    GSource *source = g_source_new(&funcs, sizeof(DaemonSource));

    ((DaemonSource *)source)->daemon = daemon;
    g_source_add_unix_fd(source, MHD_get_daemon_info(
        daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, G_IO_IN);
    g_source_attach(source, NULL);
    return source;
}
