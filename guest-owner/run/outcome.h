/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges from what was seen of a run what its exit status is. */

#ifndef OWNER_OUTCOME_H
#define OWNER_OUTCOME_H

#include <glib.h>
#include <stdbool.h>
#include "guest-owner/base/owner.h"

/* All zero at first; filled in while QEMU runs */
typedef struct Outcome {
    bool ended;                 /* we ended it, for... */
    OwnerExit why;
    bool started;               /* the guest has run */
    bool refusal_printed;       /* QEMU's stderr speaks of SEV */
    bool digest_refused;        /* ... and it is for the launch digest */
    bool panicked;
    char *termination;          /* the guest ended itself: one sentence */
    bool triple_fault;
    bool halted;                /* nothing in the guest can wake its CPUs */
    char *shutdown_reason;      /* QMP's ShutdownCause, NULL: no event */
    int wait_status;            /* of the QEMU process, as waitpid() has it */
} Outcome;

/* Whether it was we who had QEMU end, by a signal */
bool outcome_is_ours(const Outcome *outcome);

/* Whether a line of QEMU's stderr speaks of SEV: the platform refused. */
bool outcome_is_refusal(const char *line);

/*
 * Whether it speaks of SNP_LAUNCH_FINISH answering BAD_MEASUREMENT: the guest
 * is not the one that the ID block is for.
 */
bool outcome_is_digest_refused(const char *line);

/*
 * The exit status, and in *text (static, or of @outcome) why. @code_of_guest:
 * what isa-debug-exit made QEMU exit with is passed through.
 */
OwnerExit outcome_status(const Outcome *outcome, bool code_of_guest,
                         const char **text);

#endif
