/*
 * Declares what an SEV-SNP guest cannot be launched with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_CHECK_H
#define HYPERVISOR_SNP_CHECK_H

#include "sev-guest.h"
#include "hypervisor/run/sev-vm.h"

/**
 * snp_check_options: refuse options that cannot work
 * @sev: an SEV-SNP object
 *
 * Returns false and sets @errp, naming the option.  What is known only when
 * the board has been built (firmware, devices) is looked at then, by
 * snp_check_register(), and ends QEMU.
 */
bool snp_check_options(SevCommonState *sev, Error **errp);

/** snp_check_register: look at the board when it is there, and at devices */
void snp_check_register(SevVm *vm);

#endif
