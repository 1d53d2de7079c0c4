/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prepares a run of a SEV-SNP guest: tells the platform what it must measure
 * to.
 */

#ifndef OWNER_RUN_SNP_H
#define OWNER_RUN_SNP_H

#include "guest-owner/run/run-config.h"

/*
 * Computes the launch digest of the run, and makes an ID block for it (unless
 * no_id_block) with a key that is forgotten at once. Sets snp_measurement,
 * snp_digest, id_block, id_auth and id_key_digest.
 */
bool run_snp_prepare(RunConfig *config, GError **errp);

/* Sets sev_features from the option's text, or without one (NULL). */
bool run_snp_set_features(RunConfig *config, const char *text, GError **errp);

/* The properties of QEMU's object for them, each with a comma before it */
char *run_snp_switches(const RunConfig *config);

#endif
