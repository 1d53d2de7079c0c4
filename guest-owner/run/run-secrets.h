/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the secrets of a run, and how a SEV-SNP guest is to ask for them. */

#ifndef OWNER_RUN_SECRETS_H
#define OWNER_RUN_SECRETS_H

#include "guest-owner/run/run-config.h"

/* What a guest has to boot and attest itself, seconds; a slow host's too */
#define RUN_ATTEST_TIMEOUT "600"

/*
 * Sets secret_table, and attest if it takes that to send it. @timeout: the
 * option's text, or NULL
 */
bool run_secrets_set(RunConfig *config, const char *timeout, GError **errp);

#endif
