/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds, makes and wipes guest contexts of SEV-SNP. */

#ifndef ASP_SNP_CONTEXT_H
#define ASP_SNP_CONTEXT_H

#include "asp/state.h"

/* The guest whose context page is at @gctx, or NULL */
AspSnpGuest *asp_snp_find(Asp *asp, uint64_t gctx);

/* Does a SNP guest have @asid, which is not SEV_ASID_NONE? */
bool asp_snp_has_asid(const Asp *asp, uint32_t asid);

/* A context to fill, all zero but @used and @gctx; NULL if all are taken */
AspSnpGuest *asp_snp_new(Asp *asp, uint64_t gctx);

unsigned asp_snp_count(const Asp *asp);

#endif
