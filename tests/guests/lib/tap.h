/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verdicts: TAP on the serial port, and at the end an exit code of QEMU's
 * through isa-debug-exit.  A run passes only if both say so, hence a guest
 * that dies on its way cannot pass.
 *
 * Texts are formats of text.h.
 */
#ifndef GUESTS_TAP_H
#define GUESTS_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include "exception.h"

/* QEMU ends with twice the value plus one: 33, 35 and 37. */
enum verdict {
    VERDICT_PASSED = 0x10,
    VERDICT_FAILED = 0x11,
    VERDICT_BAILED_OUT = 0x12,
};

/* One line "ok" or "not ok"; returns OK. */
bool check(bool ok, const char *name, ...);

/* The same, telling both numbers when they differ. */
bool check_equal(uint64_t got, uint64_t want, const char *name, ...);

/* All of vector, error code, IP and CR2 must be alike. */
bool check_fault(struct fault got, struct fault want, const char *name, ...);

/* True when alike, otherwise says how they differ; no line of its own. */
bool same_fault(struct fault got, struct fault want);

/* A remark, for people. */
void remark(const char *fmt, ...);

/* Ends the guest at once: it cannot tell anything any more. */
__attribute__((noreturn)) void bail_out(const char *fmt, ...);

/* Prints the plan and ends the guest with its verdict. */
__attribute__((noreturn)) void tap_finish(void);

/* Ends the guest with this verdict and no word. */
__attribute__((noreturn)) void tap_end(enum verdict verdict);

/* How many lines were printed and failed: survives a reboot of the guest. */
struct tap_count {
    unsigned done, failed;
};
struct tap_count tap_count(void);
void tap_continue(struct tap_count count);

#endif
