/*
 * Declares the time stamp counter of SEV-SNP guests with Secure TSC (APM
 * volume 2, section 15.36.18)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_SECURE_TSC_H
#define CPU_SECURE_TSC_H

#include "cpu/sev-cpu.h"

/** secure_tsc_is_on: has the save area that runs turned it on? */
bool secure_tsc_is_on(const SevCpu *sev);

/** secure_tsc_mhz: GUEST_TSC_FREQ of who has it on, without parts of a MHz */
uint64_t secure_tsc_mhz(const SevCpu *sev);

#endif
