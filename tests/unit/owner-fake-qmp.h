/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QMP server for unit tests: the other end of a socket, which says what
 * the test tells it to and keeps what it hears.
 */

#ifndef OWNER_FAKE_QMP_H
#define OWNER_FAKE_QMP_H

#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "guest-owner/run/qmp.h"

typedef struct FakeQmp {
    int fd;                     /* the server's end */
    int client_fd;              /* for qmp_client_new() */
} FakeQmp;

static inline void fake_qmp_open(FakeQmp *fake)
{
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    fake->fd = fds[0];
    fake->client_fd = fds[1];
}

static inline void fake_qmp_say(FakeQmp *fake, const char *text)
{
    g_assert_cmpint(write(fake->fd, text, strlen(text)), ==, strlen(text));
}

/* Lets the client do all that it can do now. */
static inline void fake_qmp_settle(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
        /* there may be more */
    }
}

/* What the client has sent since the last time, in one piece */
static inline char *fake_qmp_heard(FakeQmp *fake)
{
    char buffer[65536];
    ssize_t n;

    fake_qmp_settle();
    n = recv(fake->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
    return g_strndup(buffer, MAX(n, 0));
}

static inline void fake_qmp_close(FakeQmp *fake)
{
    close(fake->fd);
}

#endif
