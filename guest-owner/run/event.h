/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What QEMU's events say of a run, and what is to be done about them. */

#ifndef OWNER_EVENT_H
#define OWNER_EVENT_H

#include <json-glib/json-glib.h>
#include "guest-owner/run/outcome.h"

typedef enum EventTodo {
    EVENT_NOTHING,
    EVENT_KILL,                 /* the guest has come to nothing */
    EVENT_QUIT,                 /* it has ended, and QEMU waits */
    EVENT_LAUNCH_AGAIN,         /* it wants to be reset, and QEMU waits */
    EVENT_IS_RESET,             /* it has been */
} EventTodo;

/* How the run is set up, as far as it matters for events */
typedef struct EventSetup {
    bool reboot_waits;          /* LAUNCH_REBOOT_WAITS is an option */
    bool debugged;              /* whoever debugs a guest wants to look */
    const char *dir;            /* where the log of CPU resets is */
} EventSetup;

/* Notes an event with its data in @outcome. */
EventTodo event_note(Outcome *outcome, const EventSetup *setup,
                     const char *name, JsonObject *data);

#endif
