/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes lines. A virtio serial port says "end of file" as long as
 * nobody listens at the host, which is no end, and no event to wait for.
 */

#include "guest/line.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define LITTLE_MS 50

void line_set_deadline(LineEnd *end, unsigned seconds)
{
    clock_gettime(CLOCK_MONOTONIC, &end->deadline);
    end->deadline.tv_sec += seconds;
}

/* Milliseconds that are left; 0: none */
static int left(const LineEnd *end)
{
    struct timespec now;
    long long ms;

    clock_gettime(CLOCK_MONOTONIC, &now);
    ms = (end->deadline.tv_sec - now.tv_sec) * 1000ll +
         (end->deadline.tv_nsec - now.tv_nsec) / 1000000;
    return ms < 0 ? 0 : ms > 3600000 ? 3600000 : (int)ms;
}

bool line_wait_a_little(const LineEnd *end)
{
    if (!left(end)) {
        return false;
    }
    poll(NULL, 0, LITTLE_MS);
    return true;
}

/* Until it can be read, or written: LINE_OK, or LINE_LATE */
static LineStatus wait_for(const LineEnd *end, short events)
{
    struct pollfd fd = { .fd = end->fd, .events = events };
    int n;

    do {
        int ms = left(end);

        if (!ms) {
            return LINE_LATE;
        }
        n = poll(&fd, 1, ms);
    } while (n == 0 || (n < 0 && errno == EINTR));
    return n < 0 ? LINE_BROKEN : LINE_OK;
}

static bool try_again(ssize_t n)
{
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* One byte more, so that what follows the line is left to others */
static LineStatus read_byte(const LineEnd *end, char *byte)
{
    for (;;) {
        ssize_t n = read(end->fd, byte, 1);
        LineStatus status;

        if (n == 1) {
            return LINE_OK;
        }
        if (n < 0 && !try_again(n)) {
            return LINE_BROKEN;
        }
        if (n == 0 && !line_wait_a_little(end)) {
            return LINE_LATE;
        }
        status = wait_for(end, POLLIN);
        if (status != LINE_OK) {
            return status;
        }
    }
}

LineStatus line_read(const LineEnd *end, char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        LineStatus status = read_byte(end, &line[i]);

        if (status != LINE_OK) {
            return status;
        }
        if (line[i] == '\0') {
            return LINE_NUL;
        }
        if (line[i] == '\n') {
            line[i] = '\0';
            return LINE_OK;
        }
    }
    return LINE_LONG;
}

LineStatus line_write(const LineEnd *end, const char *line, size_t size)
{
    while (size) {
        LineStatus status = wait_for(end, POLLOUT);
        ssize_t n;

        if (status != LINE_OK) {
            return status;
        }
        n = write(end->fd, line, size);
        if (n < 0 && !try_again(n)) {
            return LINE_BROKEN;
        }
        if (n > 0) {
            line += n;
            size -= n;
        } else if (!line_wait_a_little(end)) {
            return LINE_LATE;
        }
    }
    return LINE_OK;
}
