/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits what comes from a file descriptor into lines. */

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>
#include "guest-owner/run/line-reader.h"

struct LineReader {
    int fd;
    guint source;               /* 0 after the end */
    GString *pending;           /* a line not yet whole */
    LineFunc *func;
    gpointer opaque;
};

static void flush(LineReader *reader)
{
    /* CR comes from QMP, whose lines end in CR LF */
    if (reader->pending->len &&
        reader->pending->str[reader->pending->len - 1] == '\r') {
        g_string_truncate(reader->pending, reader->pending->len - 1);
    }
    reader->func(reader->pending->str, reader->opaque);
    g_string_truncate(reader->pending, 0);
}

static void take(LineReader *reader, const char *data, size_t len)
{
    while (len) {
        const char *end = memchr(data, '\n', len);
        size_t n = end ? (size_t)(end - data) : len;

        n = MIN(n, LINE_READER_MAX - reader->pending->len);
        g_string_append_len(reader->pending, data, n);
        data += n;
        len -= n;
        if (len && *data == '\n') {
            data++;
            len--;
            flush(reader);
        } else if (reader->pending->len == LINE_READER_MAX) {
            flush(reader);
        }
    }
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer opaque)
{
    LineReader *reader = opaque;
    char buffer[4096];
    ssize_t n = read(fd, buffer, sizeof(buffer));

    if (n > 0) {
        take(reader, buffer, n);
        return G_SOURCE_CONTINUE;
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return G_SOURCE_CONTINUE;
    }
    if (reader->pending->len) {
        flush(reader);
    }
    reader->source = 0;
    reader->func(NULL, reader->opaque);
    return G_SOURCE_REMOVE;
}

LineReader *line_reader_new(int fd, LineFunc *func, gpointer opaque)
{
    LineReader *reader = g_new0(LineReader, 1);

    reader->fd = fd;
    reader->pending = g_string_new(NULL);
    reader->func = func;
    reader->opaque = opaque;
    reader->source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR,
                                   on_readable, reader);
    return reader;
}

void line_reader_free(LineReader *reader)
{
    if (!reader) {
        return;
    }
    if (reader->source) {
        g_source_remove(reader->source);
    }
    close(reader->fd);
    g_string_free(reader->pending, TRUE);
    g_free(reader);
}
