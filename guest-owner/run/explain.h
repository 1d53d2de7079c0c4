/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Explains why a measurement differs: what people get wrong is tried, alone
 * and up to three things at once, fewest first.
 */

#ifndef OWNER_EXPLAIN_H
#define OWNER_EXPLAIN_H

#include "abi/snp.h"
#include "guest-owner/measure/measurement.h"

/* What was expected to be launched; pointers stay the caller's */
typedef struct ExplainInputs {
    Platform platform;
    const Platform *running;    /* another that it may be, NULL: unknown */
    const uint8_t *tik;
    const uint8_t *digest;      /* instead of the files; NULL: from them */
    GBytes *firmware;
    const KernelFiles *kernel;  /* NULL: none is measured */
    const GuestCpus *cpus;      /* with SEV-ES or not; NULL: unknown */
    const uint64_t *features;   /* of a SEV-SNP guest; NULL: it is none */
    char *const *others;        /* files that may have been taken, or NULL */
} ExplainInputs;

/*
 * What must have been otherwise for @found to be right, or NULL when
 * nothing that was tried gives it. *nr_tried says how much that was.
 */
char *explain_measurement(const ExplainInputs *inputs,
                          const SevMeasureBuffer *found, unsigned *nr_tried);

/* Says what explain_measurement() finds. */
void explain_say(const ExplainInputs *inputs, const SevMeasureBuffer *found);

/*
 * The same two for the launch digest of a SEV-SNP guest. Of @inputs, which has
 * @features then, neither the platform nor the TIK counts.
 */
char *explain_digest(const ExplainInputs *inputs,
                     const uint8_t found[SNP_DIGEST_SIZE],
                     unsigned *nr_tried);
void explain_say_digest(const ExplainInputs *inputs,
                        const uint8_t found[SNP_DIGEST_SIZE]);

#endif
