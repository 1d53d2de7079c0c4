/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers of #VC that do no more than they must, for suites that are timed
 * or counted: one instruction each, decoded before.
 */
#ifndef GUESTS_VC_SHORT_H
#define GUESTS_VC_SHORT_H

#include <stdint.h>

#include "exception.h"

/* CPUID; IN of a byte from DX (ec); MOV of 32 bits from (rDI) to EAX (8b 07) */
HandlerFn vc_short_cpuid, vc_short_in, vc_short_load;

/*
 * Lets HANDLER answer #VC; the GHCB's MSR is set once, so nobody else may use
 * it until vc_short_end().  Does nothing in a guest without SEV-ES.
 */
void vc_short_begin(HandlerFn *handler);
void vc_short_end(void);

/* How many #VCs these handlers have answered */
unsigned vc_short_count(void);

#endif
