/*
 * What was wrong with a launch, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_LAUNCH_ERROR_H
#define HYPERVISOR_LAUNCH_ERROR_H

#include <linux/kvm.h>
#include "sev-guest.h"

/**
 * sev_launch_error: why the firmware's LAUNCH_START failed
 * @sev: an object for SEV or SEV-ES, whose options the words name
 * @start: what the firmware was asked; the lengths are in bytes
 * @status: its answer, SEV_FW_*
 *
 * Sets @errp to one line: upstream's own, and after it the option or the file
 * that is wrong, what was found and what was expected.  A status that says
 * all by itself gets upstream's own alone.
 */
void sev_launch_error(SevCommonState *sev,
                      const struct kvm_sev_launch_start *start, int status,
                      Error **errp);

#endif
