/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves bytes from one file descriptor to another, in the main loop. */

#ifndef OWNER_PUMP_H
#define OWNER_PUMP_H

#include <glib.h>
#include <stdbool.h>

typedef struct Pump Pump;

typedef enum PumpEnd {
    PUMP_SOURCE_ENDED,          /* nothing more to read */
    PUMP_SINK_BROKEN,           /* nobody reads what is written */
} PumpEnd;

typedef struct PumpHandlers {
    /* Looks at what was read; false: drop it and stop. NULL: take all. */
    bool (*look)(const char *data, size_t len, gpointer opaque);
    void (*end)(PumpEnd why, gpointer opaque);
} PumpHandlers;

/* The descriptors stay the caller's. */
Pump *pump_new(int from, int to, const PumpHandlers *handlers,
               gpointer opaque);

void pump_free(Pump *pump);

#endif
