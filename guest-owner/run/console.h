/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connects the guest's console to stdin and stdout: a terminal goes into raw
 * mode, where Ctrl-] leaves.
 */

#ifndef OWNER_CONSOLE_H
#define OWNER_CONSOLE_H

#include <glib.h>

typedef struct Console Console;

typedef struct ConsoleHandlers {
    void (*left)(gpointer opaque);              /* Ctrl-] */
    void (*stdout_broken)(gpointer opaque);     /* our reader is gone */
    void (*closed)(gpointer opaque);            /* nothing more will come */
} ConsoleHandlers;

/* Copies what comes from @from_guest. The descriptors stay the caller's. */
Console *console_new(int from_guest, const ConsoleHandlers *handlers,
                     gpointer opaque);

/* Begins to give input to the guest, if there is any to be had. */
void console_open_input(Console *console, int to_guest);

void console_free(Console *console);

#endif
