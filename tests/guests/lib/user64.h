/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 64-bit image at other privileges and in compatibility mode: code that
 * runs there until it has an exception.  For the boot CPU only.
 */
#ifndef GUESTS_USER64_H
#define GUESTS_USER64_H

#include "exception.h"
#include "run.h"

/* Loads a TSS with a stack for CPL 0 and one for IST 1. */
void tss_init(void);
bool on_ist_stack(uintptr_t sp);

/* Lets CPL 3 reach the program, and the 2 MiB that DEVICE lies in. */
void user_allow(uintptr_t device);

/* For catch_fault(): runs run_code with struct gprs at GPRS and selector CS */
uintptr_t user_run(uintptr_t gprs, uintptr_t cs);

/* Puts the segments in order after that; returns F. */
struct fault user_fault(struct fault f);

__attribute__((noreturn)) void user_enter(const struct gprs *gprs,
                                          uintptr_t cs, uintptr_t ss,
                                          uintptr_t sp);

#endif
