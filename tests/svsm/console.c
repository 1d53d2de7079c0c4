/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines on the first serial port, by the GHCB: see svsm.h. */
#include "svsm.h"
#include "tap.h"
#include "text.h"

#define COM1                0x3f8
#define COM1_LINE_STATUS    (COM1 + 5)
#define LINE_STATUS_EMPTY   0x20

static struct lock console;

/* A byte to or from a port; the host is asked as a #VC handler would. */
static uint8_t port(uint16_t number, bool in, uint8_t value)
{
    Ghcb *ghcb = ghcb_begin(0, VC_EXIT_IOIO,
                            (uint64_t)number << GHCB_IOIO_PORT_SHIFT |
                            1u << GHCB_IOIO_SIZE_SHIFT |
                            (in ? GHCB_IOIO_IN : 0), 0);

    GHCB_SET(ghcb, rax, value);
    if (ghcb_call(ghcb)) {
        ghcb_terminate();
    }
    return GHCB_GET(ghcb, rax);
}

static void put(const char *text)
{
    for (; *text; text++) {
        while (!(port(COM1_LINE_STATUS, true, 0) & LINE_STATUS_EMPTY)) {
        }
        port(COM1, false, *text);
    }
}

static void say_line(const char *fmt, va_list args)
{
    char line[160];

    format(line, sizeof(line), fmt, args);
    lock(&console);
    put("svsm: ");
    put(line);
    put("\r\n");
    unlock(&console);
}

void say(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say_line(fmt, args);
    va_end(args);
}

/* Also what tests/guests/lib calls when it cannot go on */
void bail_out(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say_line(fmt, args);
    va_end(args);
    ghcb_terminate();
}
