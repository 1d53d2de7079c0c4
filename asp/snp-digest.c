/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the launch digest of SEV-SNP: a pure function.
 */

#include "asp/snp-digest.h"

#include <string.h>

#include "asp/crypto.h"

void asp_snp_digest_extend(uint8_t digest[SNP_DIGEST_SIZE], SnpPageInfo *info,
                           const uint8_t page[SNP_PAGE_SIZE])
{
    memcpy(info->digest, digest, sizeof(info->digest));
    memset(info->contents, 0, sizeof(info->contents));
    if (page) {
        asp_sha384(page, SNP_PAGE_SIZE, info->contents);
    }
    info->len = le16_of(sizeof(*info));
    asp_sha384(info, sizeof(*info), digest);
}
