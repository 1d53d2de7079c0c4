/*
 * What was wrong with a launch of an SEV-SNP guest, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_LAUNCH_ERROR_H
#define HYPERVISOR_SNP_LAUNCH_ERROR_H

#include "sev-guest.h"
#include "hypervisor/psp/sev-host.h"

/**
 * snp_launch_start_error: SNP_LAUNCH_START was refused
 * @policy: the guest's
 * @status: the firmware's, SEV_FW_*
 *
 * Sets @errp, naming the property and what is wrong with it.
 */
void snp_launch_start_error(uint64_t policy, int status, Error **errp);

/**
 * snp_launch_hint: a later command was refused
 * @cmd: KVM_SEV_SNP_LAUNCH_*
 * @data: its argument, as it was left
 * @status: the firmware's
 *
 * QEMU reports the number and ends.  This says before what can be changed.
 */
void snp_launch_hint(SevHost *host, const SevSnpGuestState *snp, int cmd,
                     const void *data, int status);

#endif
