/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the launch digest of SEV-SNP (56860 section 8.17.2, PAGE_INFO).
 */

#ifndef ASP_SNP_DIGEST_H
#define ASP_SNP_DIGEST_H

#include <stdbool.h>

#include "abi/snp-data.h"

/*
 * Takes a page into @digest, a pure function.
 * @info: type, permissions and GPA are the caller's; the rest is set here
 * @page: its content, NULL if the type's is not measured
 */
void asp_snp_digest_extend(uint8_t digest[SNP_DIGEST_SIZE], SnpPageInfo *info,
                           const uint8_t page[SNP_PAGE_SIZE]);

#endif
