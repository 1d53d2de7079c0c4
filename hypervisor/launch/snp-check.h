/*
 * What an SEV-SNP guest cannot be launched with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_CHECK_H
#define HYPERVISOR_SNP_CHECK_H

#include "sev-guest.h"

/**
 * snp_check_options: refuse options that cannot work
 * @sev: an SEV-SNP object
 *
 * Returns false and sets @errp, naming the option.  What is known only when
 * the board has been built (firmware, devices) is looked at then, and ends
 * QEMU.
 */
bool snp_check_options(SevCommonState *sev, Error **errp);

#endif
