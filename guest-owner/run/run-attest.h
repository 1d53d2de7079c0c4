/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets a SEV-SNP guest attest itself during a run, and sends it its secrets:
 * the guest's port, the deadline, and what is to become of the run.
 */

#ifndef OWNER_RUN_ATTEST_H
#define OWNER_RUN_ATTEST_H

#include "guest-owner/base/owner.h"
#include "guest-owner/run/run-config.h"

typedef struct RunAttest RunAttest;

typedef struct RunAttestHandlers {
    /* The guest must not go on; why has been said. */
    void (*failed)(OwnerExit why, gpointer opaque);
    void (*closed)(gpointer opaque);
} RunAttestHandlers;

/*
 * Connects to the port's socket in the run's directory. NULL: why has been
 * said. @config must last as long.
 */
RunAttest *run_attest_open(const RunConfig *config, const char *dir,
                           const RunAttestHandlers *handlers,
                           gpointer opaque);

/* The guest runs: from now on it has so many seconds. */
void run_attest_started(RunAttest *attest);

/* Has it attested itself, at least once? False also of NULL */
bool run_attest_is_done(const RunAttest *attest);

void run_attest_free(RunAttest *attest);

#endif
