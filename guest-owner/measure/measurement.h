/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reckons what a launch must measure to (55766 section 6.5, LAUNCH_MEASURE).
 * The guest owner's own reckoning: it shares no code with the secure
 * processor, so that the two can disagree.
 */

#ifndef OWNER_MEASUREMENT_H
#define OWNER_MEASUREMENT_H

#include <stdbool.h>
#include "guest-owner/measure/cpus.h"
#include "guest-owner/measure/kernel-hashes.h"
#include "abi/sev.h"

/* What the platform says about itself and about the guest's policy */
typedef struct Platform {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t policy;
} Platform;

/*
 * The launch digest: SHA-256 over what LAUNCH_UPDATE_DATA takes, in order:
 * the whole firmware image, then the table of kernel hashes; and then what
 * LAUNCH_UPDATE_VMSA takes, the state of each CPU. @kernel is NULL when the
 * kernel is not measured, @cpus is NULL for a guest without SEV-ES.
 */
void launch_digest(GBytes *firmware, const KernelFiles *kernel,
                   const GuestCpus *cpus, uint8_t digest[SEV_DIGEST_SIZE]);

/* Sets out->measure from @mnonce and the rest, and out->mnonce to @mnonce. */
void measurement_compute(const Platform *platform,
                         const uint8_t digest[SEV_DIGEST_SIZE],
                         const uint8_t mnonce[SEV_NONCE_SIZE],
                         const uint8_t tik[SEV_KEY_SIZE],
                         SevMeasureBuffer *out);

/* Compares the two; when they differ, says so and shows both. */
bool measurement_check(const SevMeasureBuffer *expected,
                       const SevMeasureBuffer *found);

#endif
