/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the terminal on stdin into raw mode. */

#include <stdlib.h>
#include <termios.h>
#include <unistd.h>
#include "guest-owner/run/terminal.h"

static struct termios saved;
static bool is_raw;

bool terminal_is_terminal(void)
{
    return isatty(STDIN_FILENO);
}

bool terminal_may_read(void)
{
    return !isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) == getpgrp();
}

void terminal_restore(void)
{
    if (is_raw) {
        tcsetattr(STDIN_FILENO, TCSANOW, &saved);
        is_raw = false;
    }
}

void terminal_make_raw(void)
{
    static bool registered;
    struct termios raw;

    if (is_raw || tcgetattr(STDIN_FILENO, &saved) < 0) {
        return;
    }
    if (!registered) {
        registered = atexit(terminal_restore) == 0;
    }
    raw = saved;
    cfmakeraw(&raw);
    raw.c_oflag = saved.c_oflag;
    is_raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}
