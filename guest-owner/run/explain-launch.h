/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains why what options describe is not what a SEV-SNP guest measured. */

#ifndef OWNER_EXPLAIN_LAUNCH_H
#define OWNER_EXPLAIN_LAUNCH_H

#include <json-glib/json-glib.h>
#include "guest-owner/measure/snp-options.h"

/*
 * Says what must have been otherwise for @found to be right, as explain.h
 * finds it; @others are files that may have been taken, or NULL. In
 * @object, unless that is NULL, as members; else on stderr.
 */
void explain_launch(const SnpOptions *options, char *const *others,
                    const uint8_t found[SNP_DIGEST_SIZE], JsonObject *object);

#endif
