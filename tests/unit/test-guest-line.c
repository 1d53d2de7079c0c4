/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's lines: their bounds of size and time. */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "guest/line.h"

typedef struct Port {
    LineEnd end;
    int host;
} Port;

static void port_new(Port *port, gconstpointer unused)
{
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds),
                    ==, 0);
    port->end.fd = fds[0];
    port->host = fds[1];
    line_set_deadline(&port->end, 1);
}

static void port_free(Port *port, gconstpointer unused)
{
    close(port->end.fd);
    close(port->host);
}

static void say(Port *port, const char *text, size_t size)
{
    g_assert_cmpint(write(port->host, text, size), ==, size);
}

static void test_lines(Port *port, gconstpointer unused)
{
    char line[8];

    say(port, "one\n\nthree\nfou", 14);
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_OK);
    g_assert_cmpstr(line, ==, "one");
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_OK);
    g_assert_cmpstr(line, ==, "");
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_OK);
    g_assert_cmpstr(line, ==, "three");
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_LATE);
}

static void test_size(Port *port, gconstpointer unused)
{
    char line[5];

    say(port, "1234\n12345\n", 11);
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_OK);
    g_assert_cmpstr(line, ==, "1234");
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_LONG);
}

static void test_nul(Port *port, gconstpointer unused)
{
    char line[8];

    say(port, "a\0b\n", 4);
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_NUL);
}

static gpointer drip(gpointer opaque)
{
    int *host = opaque;

    for (int i = 0; i < 40 && write(*host, "x", 1) == 1; i++) {
        g_usleep(100000);
    }
    return NULL;
}

/* One byte at a time does not move the deadline. */
static void test_slow(Port *port, gconstpointer unused)
{
    char line[1000];
    GThread *thread = g_thread_new("drip", drip, &port->host);

    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_LATE);
    shutdown(port->host, SHUT_RDWR);
    g_thread_join(thread);
}

/* A port says "end of file" until somebody at the host listens. */
static void test_end_of_file(Port *port, gconstpointer unused)
{
    char line[8];

    shutdown(port->host, SHUT_WR);
    g_assert_cmpint(line_read(&port->end, line, sizeof(line)), ==, LINE_LATE);
}

static void test_nobody_reads(Port *port, gconstpointer unused)
{
    static const char much[1 << 20];

    g_assert_cmpint(line_write(&port->end, much, sizeof(much)), ==,
                    LINE_LATE);
}

static void test_broken(Port *port, gconstpointer unused)
{
    char line[8];
    LineEnd end = port->end;

    end.fd = open("/", O_RDONLY | O_CLOEXEC);
    g_assert_cmpint(line_read(&end, line, sizeof(line)), ==, LINE_BROKEN);
    g_assert_cmpint(errno, ==, EISDIR);
    close(end.fd);
}

#define ADD(name, test) \
    g_test_add("/guest/line/" name, Port, NULL, port_new, test, port_free)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    ADD("lines", test_lines);
    ADD("size", test_size);
    ADD("nul", test_nul);
    ADD("slow", test_slow);
    ADD("end-of-file", test_end_of_file);
    ADD("nobody-reads", test_nobody_reads);
    ADD("broken", test_broken);
    return g_test_run();
}
