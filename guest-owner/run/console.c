/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects the guest's console: a pump either way. */

#include <string.h>
#include <unistd.h>
#include "guest-owner/run/console.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/run/pump.h"
#include "guest-owner/run/terminal.h"

struct Console {
    Pump *output, *input;
    const ConsoleHandlers *handlers;
    gpointer opaque;
};

static void on_output_end(PumpEnd why, gpointer opaque)
{
    Console *console = opaque;

    if (why == PUMP_SINK_BROKEN) {
        console->handlers->stdout_broken(console->opaque);
    }
    console->handlers->closed(console->opaque);
}

static bool on_input(const char *data, size_t len, gpointer opaque)
{
    Console *console = opaque;

    if (terminal_is_terminal() && memchr(data, TERMINAL_ESCAPE, len)) {
        terminal_restore();
        console->handlers->left(console->opaque);
        return false;
    }
    return true;
}

static void on_input_end(PumpEnd why, gpointer opaque)
{
    /* The guest goes on without input, as with a line that is cut */
}

static const PumpHandlers output_handlers = { NULL, on_output_end };
static const PumpHandlers input_handlers = { on_input, on_input_end };

Console *console_new(int from_guest, const ConsoleHandlers *handlers,
                     gpointer opaque)
{
    Console *console = g_new0(Console, 1);

    console->handlers = handlers;
    console->opaque = opaque;
    console->output = pump_new(from_guest, STDOUT_FILENO, &output_handlers,
                               console);
    return console;
}

void console_open_input(Console *console, int to_guest)
{
    if (!terminal_may_read()) {
        return;
    }
    if (terminal_is_terminal()) {
        owner_say("the guest has the terminal; Ctrl-] leaves");
        terminal_make_raw();
    }
    console->input = pump_new(STDIN_FILENO, to_guest, &input_handlers,
                              console);
}

void console_free(Console *console)
{
    if (console) {
        terminal_restore();
        pump_free(console->input);
        pump_free(console->output);
        g_free(console);
    }
}
