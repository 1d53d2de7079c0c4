/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chooses how a guest with Secure TSC counts (APM volume 2, section 15.36.18).
 */

#ifndef ASP_SNP_TSC_H
#define ASP_SNP_TSC_H

#include "asp/state.h"

/*
 * For @guest, which is launched with @khz as DESIRED_TSC_FREQ; with 0, which
 * is what guests without Secure TSC have, its counter would stand still at 0.
 * Returns SEV_FW_SUCCESS; SEV_FW_INVALID_PARAM if no scale makes that of the
 * processor's counter; or what random numbers answer.
 */
uint32_t asp_snp_tsc_choose(Asp *asp, AspSnpGuest *guest, uint32_t khz);

/* Writes that into a save area, @page, if it has Secure TSC. */
void asp_snp_tsc_fill_vmsa(const AspSnpGuest *guest,
                           uint8_t page[SNP_PAGE_SIZE]);

#endif
