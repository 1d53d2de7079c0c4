/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges the report of a guest that was launched by a run. */

#ifndef OWNER_RUN_ATTEST_JUDGE_H
#define OWNER_RUN_ATTEST_JUDGE_H

#include "abi/snp-msg.h"
#include "guest-owner/run/run-config.h"

/*
 * Is it of a genuine processor, of the guest that the files give, launched
 * under the run's policy and ID block, and over @data? @table: certificates
 * that the guest has from its host, or NULL. Says so when it is good.
 */
bool run_attest_judge(const RunConfig *config, const SnpReport *report,
                      const uint8_t *data, GBytes *table, GError **errp);

/* Reads --certs and --ca once before, so that a bad one is told at once. */
bool run_attest_judge_check(const RunConfig *config, GError **errp);

#endif
