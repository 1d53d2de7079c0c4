/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills the secrets page (56860 section 8.17.2.5).
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/snp-pages.h"

uint32_t asp_snp_fill_secrets(Asp *asp, const AspSnpGuest *guest,
                              uint64_t paddr, uint8_t page[SNP_PAGE_SIZE])
{
    SnpSecretsPage *secrets = (SnpSecretsPage *)page;   /* packed: no align */
    uint32_t cpuid[4] = { 0 };

    if (asp->ops.cpuid(asp->opaque, 1, 0, 1, 0, cpuid)) {
        cpuid[0] = 0;
    }
    memset(secrets, 0, sizeof(*secrets));
    secrets->version = le32_of(SNP_SECRETS_VERSION);
    secrets->fms = le32_of(cpuid[0]);
    memcpy(secrets->gosvw, guest->gosvw, sizeof(secrets->gosvw));
    memcpy(secrets->vmpck, guest->vmpck, sizeof(secrets->vmpck));
    return SEV_FW_SUCCESS;
}
