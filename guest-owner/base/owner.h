/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares what all files of the guest owner's command share: how a run can
 * end, and how an error says so.
 *
 * Conventions here: a function that can fail returns false or NULL and
 * sets *errp, whose code is the exit status that the failure calls for.
 * Messages name the option or file, then say what was expected and found.
 * Who receives a pointer without "const" owns it.
 */

#ifndef OWNER_H
#define OWNER_H

#include <glib.h>
#include <stdbool.h>

/* Exit statuses; scripts rely on them */
typedef enum OwnerExit {
    OWNER_EXIT_OK = 0,              /* as asked; the guest powered off */
    OWNER_EXIT_DIFFERS = 1,         /* the measurement is not the expected */
    OWNER_EXIT_USAGE = 2,           /* bad option, or a file that won't do */
    OWNER_EXIT_REFUSED = 3,         /* the platform refused the launch */
    OWNER_EXIT_GUEST_DIED = 4,      /* panic, triple fault, halt */
    OWNER_EXIT_QEMU_FAILED = 5,     /* could not start, or crashed */
    OWNER_EXIT_TIMEOUT = 124,       /* as timeout(1) */
    OWNER_EXIT_SIGNAL_BASE = 128,   /* ended by the user: plus the signal */
} OwnerExit;

#define OWNER_ERROR owner_error_quark()
GQuark owner_error_quark(void);

/* Prints one line on stderr, with "sevemu: " before it. */
void owner_say(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Prints @error, frees it, and returns the exit status that it carries. */
OwnerExit owner_fail(GError *error);

#endif
