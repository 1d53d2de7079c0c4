/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the user's terminal into raw mode, and always back. */

#ifndef OWNER_TERMINAL_H
#define OWNER_TERMINAL_H

#include <stdbool.h>

/* The key that leaves the console: Ctrl-] */
#define TERMINAL_ESCAPE 0x1d

/*
 * Whether stdin may be read: not if it is a terminal that belongs to
 * another job (reading it would stop this one).
 */
bool terminal_may_read(void);

bool terminal_is_terminal(void);

/*
 * Keys go to the guest as they are, Ctrl-C too. Output is left as it is.
 * Does nothing when stdin is no terminal. Undone at exit at the latest.
 */
void terminal_make_raw(void);

void terminal_restore(void);

#endif
