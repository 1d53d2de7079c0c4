/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges from what was seen of a run what its exit status is. */

#ifndef OWNER_OUTCOME_H
#define OWNER_OUTCOME_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <json-glib/json-glib.h>
#include "guest-owner/base/owner.h"

/* All zero at first; filled in while QEMU runs */
typedef struct Outcome {
    bool ended;                 /* we ended it, for... */
    OwnerExit why;
    bool started;               /* the guest has run */
    bool refusal_printed;       /* QEMU's stderr speaks of SEV */
    bool digest_refused;        /* ... and it is for the launch digest */
    bool panicked;
    bool has_reason;            /* the guest ended itself, with a reason: */
    uint32_t set, code;
    char *last_words;           /* what QEMU's stderr says that it is */
    char *termination;          /* both, one sentence */
    bool triple_fault;
    bool halted;                /* nothing in the guest can wake its CPUs */
    bool unattested;            /* it should have attested itself */
    char *shutdown_reason;      /* QMP's ShutdownCause, NULL: no event */
    int wait_status;            /* of the QEMU process, as waitpid() has it */
} Outcome;

/* Whether it was we who had QEMU end, by a signal */
bool outcome_is_ours(const Outcome *outcome);

/* What a line of QEMU's stderr tells, and what QMP's GUEST_PANICKED does */
void outcome_note_line(Outcome *outcome, const char *line);
void outcome_note_panic(Outcome *outcome, JsonObject *data);

void outcome_clear(Outcome *outcome);

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
