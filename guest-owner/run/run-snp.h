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

/*
 * Refuses what an IGVM file says itself: policy and SEV features that are not
 * NULL, firmware and what it starts. Such a guest is one of SEV-SNP.
 */
bool run_snp_check_igvm(RunConfig *config, const char *policy,
                        const char *sev_features, GError **errp);

/* Sets sev_features from the option's text, or without one (NULL). */
bool run_snp_set_features(RunConfig *config, const char *text, GError **errp);

/* The properties of QEMU's object for them, each with a comma before it */
char *run_snp_switches(const RunConfig *config);

#endif
