/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the content of pages that SNP_LAUNCH_UPDATE does not just take over.
 */

#ifndef ASP_SNP_PAGES_H
#define ASP_SNP_PAGES_H

#include "asp/state.h"

/*
 * Makes in @page what @guest is to find in its page at @paddr. Returns
 * SEV_FW_SUCCESS; SEV_FW_INVALID_ADDRESS if there is no memory.
 */
typedef uint32_t AspSnpFill(Asp *asp, const AspSnpGuest *guest,
                            uint64_t paddr, uint8_t page[SNP_PAGE_SIZE]);

/* snp-secrets.c: keys for its messages; nothing of what was in the page */
AspSnpFill asp_snp_fill_secrets;

/*
 * snp-cpuid.c: the hypervisor's table, if it says nothing but what this
 * platform's policy allows. Else SEV_FW_INVALID_PARAM, and the page at
 * @paddr has what would have been right.
 */
AspSnpFill asp_snp_fill_cpuid;

#endif
