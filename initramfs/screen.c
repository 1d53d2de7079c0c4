/*
 * The action `screen`: something to be seen on a screen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A colour that no kernel's messages have: the host looks for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define CONSOLE "/dev/tty1"

bool action_screen(void)
{
    /* no cursor, red background, erase the display */
    static const char red[] = "\033[?25l\033[41m\033[2J";
    int fd = open(CONSOLE, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 &&
              write(fd, red, sizeof(red) - 1) == (ssize_t)sizeof(red) - 1;

    if (!ok) {
        return guest_fail("%s: %s", CONSOLE, strerror(errno));
    }
    close(fd);
    guest_say("screen: red");
    return true;
}
