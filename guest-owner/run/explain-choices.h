/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists the ways in which each part of a launch can be another. */

#ifndef OWNER_EXPLAIN_CHOICES_H
#define OWNER_EXPLAIN_CHOICES_H

#include "guest-owner/run/explain.h"
#include "guest-owner/measure/sha256-prefix.h"

/* The parts, each of which can be wrong by itself */
typedef enum ExplainPart {
    EXPLAIN_FIRMWARE,
    EXPLAIN_KERNEL,
    EXPLAIN_INITRD,
    EXPLAIN_CMDLINE,
    EXPLAIN_POLICY,             /* without SEV-ES the next three don't count */
    EXPLAIN_VCPUS,
    EXPLAIN_CPU,
    EXPLAIN_FEATURES,           /* with SEV-SNP alone */
    EXPLAIN_VM_TYPE,
    EXPLAIN_PLATFORM,
    EXPLAIN_TIK,
    EXPLAIN_NR_PARTS
} ExplainPart;

/* One way; which fields count depends on the part */
typedef struct Choice {
    char *text;                         /* NULL: as it was given */
    Sha256Prefix *firmware;
    GBytes *image;                      /* of firmware as well */
    uint64_t features;
    GuestCpus cpus;                     /* of firmware: its reset_eip alone */
    bool no_hashes;                     /* of kernel, initrd, command line */
    uint8_t hash[SEV_DIGEST_SIZE];      /* of one of these */
    Platform platform;                  /* of policy: its policy alone */
    uint8_t tik[SEV_KEY_SIZE];
} Choice;

/* The choices of each part (GArray of Choice), what was given first */
typedef struct Choices {
    GArray *parts[EXPLAIN_NR_PARTS];
} Choices;

void choices_make(const ExplainInputs *inputs, Choices *choices);
void choices_clear(Choices *choices);

#endif
