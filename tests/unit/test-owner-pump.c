/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes through a pump: all of them, in order, and both of its ends. */

#include <fcntl.h>
#include <glib-unix.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>
#include "guest-owner/run/pump.h"

#define TOTAL 0x100000

typedef struct Fixture {
    int source[2];              /* [1] is the test's */
    int sink[2];
    Pump *pump;
    int nr_ends;
    PumpEnd why;
} Fixture;

static bool on_look(const char *data, size_t len, gpointer opaque)
{
    return !memchr(data, '!', len);
}

static void on_end(PumpEnd why, gpointer opaque)
{
    Fixture *f = opaque;

    f->nr_ends++;
    f->why = why;
}

static const PumpHandlers handlers = { on_look, on_end };

/* The sink is a terminal: it takes only part of what is written. */
static void setup(Fixture *f, gconstpointer data)
{
    struct termios raw;

    socketpair(AF_UNIX, SOCK_STREAM, 0, f->source);
    g_assert_cmpint(openpty(&f->sink[1], &f->sink[0], NULL, NULL, NULL), ==,
                    0);
    tcgetattr(f->sink[0], &raw);
    cfmakeraw(&raw);
    tcsetattr(f->sink[0], TCSANOW, &raw);
    g_unix_set_fd_nonblocking(f->source[1], TRUE, NULL);
    g_unix_set_fd_nonblocking(f->sink[0], TRUE, NULL);
    g_unix_set_fd_nonblocking(f->sink[1], TRUE, NULL);
    f->pump = pump_new(f->source[0], f->sink[0], &handlers, f);
}

static void teardown(Fixture *f, gconstpointer data)
{
    pump_free(f->pump);
    for (int i = 0; i < 2; i++) {
        close(f->source[i]);
        close(f->sink[i]);
    }
}

static void settle(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
        /* there may be more */
    }
}

/* Byte n of the stream; never '!' */
static char byte_at(size_t n)
{
    return 'A' + n % 59;
}

static size_t feed(Fixture *f, size_t sent)
{
    char data[1000];
    ssize_t n;

    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = byte_at(sent + i);
    }
    n = write(f->source[1], data, MIN(sizeof(data), TOTAL - sent));
    return sent + MAX(n, 0);
}

static size_t drain(Fixture *f, size_t received)
{
    char data[777];
    ssize_t n = read(f->sink[1], data, sizeof(data));

    for (ssize_t i = 0; i < n; i++) {
        g_assert_cmpint(data[i], ==, byte_at(received + i));
    }
    return received + MAX(n, 0);
}

static void test_all(Fixture *f, gconstpointer data)
{
    size_t sent = 0, received = 0;

    for (int round = 0; received < TOTAL && round < 100000; round++) {
        sent = feed(f, sent);
        settle();
        received = drain(f, received);
    }
    g_assert_cmpuint(received, ==, TOTAL);
    g_assert_cmpint(f->nr_ends, ==, 0);
}

static void test_source_ends(Fixture *f, gconstpointer data)
{
    g_assert_cmpint(write(f->source[1], "last", 4), ==, 4);
    shutdown(f->source[1], SHUT_WR);
    settle();
    g_assert_cmpint(f->nr_ends, ==, 1);
    g_assert_cmpint(f->why, ==, PUMP_SOURCE_ENDED);
    g_assert_cmpint(read(f->sink[1], (char[5]) { 0 }, 5), ==, 4);
}

static void test_sink_breaks(Fixture *f, gconstpointer data)
{
    close(f->sink[1]);
    f->sink[1] = -1;
    g_assert_cmpint(write(f->source[1], "lost", 4), ==, 4);
    settle();
    g_assert_cmpint(f->nr_ends, ==, 1);
    g_assert_cmpint(f->why, ==, PUMP_SINK_BROKEN);
}

static void test_look_stops(Fixture *f, gconstpointer data)
{
    g_assert_cmpint(write(f->source[1], "a!b", 3), ==, 3);
    settle();
    g_assert_cmpint(read(f->sink[1], (char[5]) { 0 }, 5), ==, -1);
    g_assert_cmpint(write(f->source[1], "c", 1), ==, 1);
    settle();
    g_assert_cmpint(read(f->sink[1], (char[5]) { 0 }, 5), ==, -1);
}

static void add(const char *path,
                void (*test)(Fixture *f, gconstpointer data))
{
    g_test_add(path, Fixture, NULL, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    add("/owner/pump/all", test_all);
    add("/owner/pump/source-ends", test_source_ends);
    add("/owner/pump/sink-breaks", test_sink_breaks);
    add("/owner/pump/look-stops", test_look_stops);
    return g_test_run();
}
