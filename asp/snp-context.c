/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds, makes and wipes guest contexts of SEV-SNP. Real firmware keeps a
 * context in its page, encrypted; here the page is only its name, which nobody
 * can write to.
 */

#include <string.h>

#include "asp/snp-context.h"

AspSnpGuest *asp_snp_find(Asp *asp, uint64_t gctx)
{
    for (unsigned i = 0; i < ASP_MAX_SNP_GUESTS; i++) {
        AspSnpGuest *guest = &asp->snp.guests[i];

        if (guest->used && guest->gctx == gctx) {
            return guest;
        }
    }
    return NULL;
}

bool asp_snp_has_asid(const Asp *asp, uint32_t asid)
{
    for (unsigned i = 0; i < ASP_MAX_SNP_GUESTS; i++) {
        if (asp->snp.guests[i].used && asp->snp.guests[i].asid == asid) {
            return true;
        }
    }
    return false;
}

AspSnpGuest *asp_snp_new(Asp *asp, uint64_t gctx)
{
    for (unsigned i = 0; i < ASP_MAX_SNP_GUESTS; i++) {
        AspSnpGuest *guest = &asp->snp.guests[i];

        if (!guest->used) {
            guest->used = true;
            guest->gctx = gctx;
            return guest;
        }
    }
    return NULL;
}

unsigned asp_snp_count(const Asp *asp)
{
    unsigned count = 0;

    for (unsigned i = 0; i < ASP_MAX_SNP_GUESTS; i++) {
        count += asp->snp.guests[i].used;
    }
    return count;
}

bool asp_snp_launch_digest(Asp *asp, uint64_t gctx,
                           uint8_t digest[SNP_DIGEST_SIZE])
{
    const AspSnpGuest *guest = asp_snp_find(asp, gctx);

    if (guest) {
        memcpy(digest, guest->digest, SNP_DIGEST_SIZE);
    }
    return guest;
}
