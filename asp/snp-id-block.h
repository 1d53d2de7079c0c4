/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges ID blocks (56860 section 8.18): what the guest owner signed
 * beforehand.
 */

#ifndef ASP_SNP_ID_BLOCK_H
#define ASP_SNP_ID_BLOCK_H

#include "asp/snp-state.h"

/*
 * Checks form and signatures, a pure function.
 * @has_author: an author's key has signed the ID key
 * @identity: what reports will tell, when all is good
 *
 * Returns SEV_FW_SUCCESS; SEV_FW_INVALID_PARAM for a version, an algorithm
 * or a curve that there is not, or reserved bytes; SEV_FW_BAD_SIGNATURE.
 */
uint32_t asp_snp_id_block_check(const SnpIdBlock *block,
                                const SnpIdAuth *auth, bool has_author,
                                AspSnpIdentity *identity);

#endif
