/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions as bytes of a table, run with chosen registers, so that a
 * suite can have a row for each.
 */
#ifndef GUESTS_RUN_H
#define GUESTS_RUN_H

#include <stdbool.h>

#include "exception.h"

struct gprs {
    uintptr_t ax, bx, cx, dx, si, di;
};

/* Where the bytes are put: RAM that can be executed, a page of its own. */
extern uint8_t run_code[4096];

/* An instruction, or a few, in a table */
struct code {
    uint8_t length, bytes[12];
};
#define CODE(...) \
    { sizeof((uint8_t[]) { __VA_ARGS__ }), { __VA_ARGS__ } }

/* Puts LENGTH bytes there, then RET. */
void run_place(const uint8_t *bytes, unsigned length);

/*
 * Runs what was placed with the registers at GPRS, a struct gprs, and stores
 * there what they are at its end.
 */
uintptr_t run_registers(uintptr_t gprs, uintptr_t unused);

/* Both: run_see() catches a #VC as it does any fault, run_do() handles it. */
struct fault run_see(const uint8_t *bytes, unsigned length,
                     struct gprs *gprs);
struct fault run_do(const uint8_t *bytes, unsigned length, struct gprs *gprs);

/* Were the registers GPRS when the last fault was caught? */
bool run_unchanged(const struct gprs *gprs);

#endif
