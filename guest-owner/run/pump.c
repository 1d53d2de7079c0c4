/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moves bytes. Reads only when all that was read before is written, so that a
 * slow reader of ours slows the guest's console down instead of filling
 * memory.
 */

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>
#include "guest-owner/run/pump.h"

/*
 * A pipe that poll() calls writable takes this much without blocking
 * (pipe(7): PIPE_BUF), so the descriptors need not be set non-blocking:
 * that would outlive this program where they are shared with a shell.
 */
#define PUMP_SIZE 4096

struct Pump {
    int from, to;
    guint source;               /* watches one of the two; 0: neither */
    char data[PUMP_SIZE];
    size_t start, end;          /* of what is still to be written */
    const PumpHandlers *handlers;
    gpointer opaque;
};

static void watch(Pump *pump);

static void stop(Pump *pump, PumpEnd why)
{
    pump->source = 0;
    pump->handlers->end(why, pump->opaque);
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer opaque)
{
    Pump *pump = opaque;
    ssize_t n = read(fd, pump->data, sizeof(pump->data));

    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return G_SOURCE_CONTINUE;
    }
    if (n <= 0) {
        stop(pump, PUMP_SOURCE_ENDED);
        return G_SOURCE_REMOVE;
    }
    if (pump->handlers->look &&
        !pump->handlers->look(pump->data, n, pump->opaque)) {
        pump->source = 0;
        return G_SOURCE_REMOVE;
    }
    pump->start = 0;
    pump->end = n;
    watch(pump);
    return G_SOURCE_REMOVE;
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer opaque)
{
    Pump *pump = opaque;
    ssize_t n = write(fd, pump->data + pump->start, pump->end - pump->start);

    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return G_SOURCE_CONTINUE;
    }
    if (n < 0) {
        stop(pump, PUMP_SINK_BROKEN);
        return G_SOURCE_REMOVE;
    }
    pump->start += n;
    if (pump->start < pump->end) {
        return G_SOURCE_CONTINUE;
    }
    watch(pump);
    return G_SOURCE_REMOVE;
}

static void watch(Pump *pump)
{
    pump->source = pump->start < pump->end
        ? g_unix_fd_add(pump->to, G_IO_OUT | G_IO_ERR, on_writable, pump)
        : g_unix_fd_add(pump->from, G_IO_IN | G_IO_HUP | G_IO_ERR,
                        on_readable, pump);
}

Pump *pump_new(int from, int to, const PumpHandlers *handlers,
               gpointer opaque)
{
    Pump *pump = g_new0(Pump, 1);

    pump->from = from;
    pump->to = to;
    pump->handlers = handlers;
    pump->opaque = opaque;
    watch(pump);
    return pump;
}

void pump_free(Pump *pump)
{
    if (pump && pump->source) {
        g_source_remove(pump->source);
    }
    g_free(pump);
}
