/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes ID blocks of SEV-SNP (56860 section 8.18): what the guest owner tells
 * the platform to expect. A launch that comes to anything else does not
 * finish, so the guest never runs.
 */

#ifndef OWNER_ID_BLOCK_H
#define OWNER_ID_BLOCK_H

#include "abi/snp.h"
#include "guest-owner/base/p384.h"

/*
 * Fills *block for this digest and policy, and *auth with its signature by
 * @key. There is no author's key; family, image and version (SVN) are 0.
 */
void id_block_make(const P384Pair *key, const uint8_t digest[SNP_DIGEST_SIZE],
                   uint64_t policy, SnpIdBlock *block, SnpIdAuth *auth);

#endif
