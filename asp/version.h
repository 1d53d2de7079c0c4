/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares versions of the firmware. Pure functions.
 */

#ifndef ASP_VERSION_H
#define ASP_VERSION_H

#include <stdbool.h>

#include "asp/asp.h"

/* A version of all firmware together; SEV and SEV-SNP are one firmware. */
typedef struct AspVersion {
    uint8_t major, minor, build;        /* of the API and ABI */
    SnpTcbVersion tcb;
} AspVersion;

/* What the factory has installed */
AspVersion asp_version_of(const AspModel *model);

bool asp_version_equal(const AspVersion *a, const AspVersion *b);

/* Less than, equal to or greater than 0 as @a is to @b; of the API alone */
int asp_version_compare(const AspVersion *a, const AspVersion *b);

/* Has @version the API @major.@minor, or a later one? */
bool asp_version_has_api(const AspVersion *version, unsigned major,
                         unsigned minor);

/* Is no byte of @tcb above that of @limit? */
bool asp_tcb_within(const SnpTcbVersion *tcb, const SnpTcbVersion *limit);

#endif
