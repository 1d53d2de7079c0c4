/*
 * The last exceptions of an SEV-ES guest's vCPU, for words about its end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_LAST_EXCEPTION_H
#define HYPERVISOR_LAST_EXCEPTION_H

#include "cpu.h"

typedef struct SevException {
    bool valid;
    int vector;
    uint64_t error;             /* the exit code of a #VC */
    uint64_t rip;               /* linear */
    uint64_t address;           /* CR2 of a page fault */
} SevException;

/**
 * LastExceptions: of one vCPU, since its reset
 *
 * A guest takes a #VC for each port that it prints to, so the last other one
 * is kept apart: that is why it prints.
 */
typedef struct LastExceptions {
    SevException fault;         /* all but #VC */
    SevException vc;            /* not valid if @fault came later */
} LastExceptions;

/** last_exception_note: the CPU is about to deliver @vector; not for INT n */
void last_exception_note(LastExceptions *last, const CPUX86State *env,
                         int vector);

/** last_exception_say: append what there was, if anything, to a line */
void last_exception_say(const LastExceptions *last, GString *line);

#endif
