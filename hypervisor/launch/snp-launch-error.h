/*
 * What was wrong with a launch of an SEV-SNP guest, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_LAUNCH_ERROR_H
#define HYPERVISOR_SNP_LAUNCH_ERROR_H

#include <linux/kvm.h>
#include "sev-guest.h"

/**
 * snp_launch_start_error: see LaunchKind.start_error
 *
 * Names the property and what is wrong with it.
 */
void snp_launch_start_error(SevCommonState *sev,
                            const struct kvm_sev_launch_start *start,
                            int status, Error **errp);

/** snp_launch_hint: see LaunchKind.hint */
void snp_launch_hint(SevCommonState *sev, int cmd, const void *data,
                     int status);

#endif
