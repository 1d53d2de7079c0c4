/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the guest owner's part in a launch, over QMP: measurement compared,
 * secrets injected, guest started; in this order, or not at all. The
 * measurement of a SEV-SNP guest, which is sent no secrets, the platform
 * compares when the guest is started. A guest that resets itself is launched
 * anew, and all of it is done once more.
 */

#ifndef OWNER_LAUNCH_H
#define OWNER_LAUNCH_H

#include "guest-owner/measure/measurement.h"
#include "guest-owner/base/options.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/run/qmp.h"

/* @status is OWNER_EXIT_OK, or why the guest must not run (already said) */
typedef void LaunchDone(OwnerExit status, gpointer opaque);

typedef struct Launch {
    uint32_t policy;
    uint8_t digest[SEV_DIGEST_SIZE];    /* as the files give it */
    const Images *images;               /* these files, to explain; or NULL */
    const GuestCpus *cpus;              /* the same; or NULL */
    const char *snp_digest;             /* NULL: no SEV-SNP guest */
    bool snp_id_block;                  /* the platform has it */
    Keys keys;
    GByteArray *secret_table;           /* NULL: none; taken over */
    bool leave_paused;                  /* for gdb to start the guest */
    LaunchDone *done;
    gpointer opaque;
    /* for launch_begin() and what follows */
    QmpClient *qmp;
    Platform platform;
    unsigned awaited;                   /* of reset: its reply, and RESET */
} Launch;

/*
 * Where QEMU has these options a guest that resets itself stands still first,
 * so that nothing of the new one runs before it has been measured.
 */
#define LAUNCH_REBOOT_WAITS "reboot=shutdown,shutdown=pause"

/* Begins, once @qmp is ready. @launch->done is called exactly once. */
void launch_begin(Launch *launch, QmpClient *qmp);

/*
 * Resets a guest that stands still as above, and has QEMU launch it anew.
 * launch_is_reset() is to be called when QMP tells of RESET. @launch->done is
 * called once more.
 */
void launch_again(Launch *launch);
void launch_is_reset(Launch *launch);

/* Frees what is left when a launch ended early. */
void launch_clear(Launch *launch);

/* Arguments of sev-inject-launch-secret */
JsonObject *launch_secret_arguments(const void *header, const void *payload,
                                    size_t payload_len);

#endif
