/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chooses scale and offset of a guest's TSC, and writes them into its save
 * areas (56860 chapter 8; APM volume 2, section 15.36.18). They are no part of
 * what is measured: the guest's owner does not know them.
 */

#include "asp/snp-tsc.h"

#include "abi/tsc.h"
#include "abi/vmsa.h"

/* Rounded up, or the cores, which tell whole MHz, would tell one too few. */
static uint64_t scale_of(uint32_t khz)
{
    return (((uint64_t)khz << TSC_SCALE_FRACTION_BITS) + TSC_NATIVE_KHZ - 1) /
           TSC_NATIVE_KHZ;
}

uint32_t asp_snp_tsc_choose(Asp *asp, AspSnpGuest *guest, uint32_t khz)
{
    uint64_t scale = scale_of(khz);
    uint32_t status = SEV_FW_SUCCESS;
    le32 offset = le32_of(0);

    if (scale >> TSC_SCALE_BITS) {
        return SEV_FW_INVALID_PARAM;
    }
    /* Any will do; guests that forget it are to notice. */
    if (khz) {
        status = asp_guest_random(asp, &offset, sizeof(offset));
    }
    if (status == SEV_FW_SUCCESS) {
        guest->tsc_scale = scale;
        guest->tsc_offset = le32_get(offset);
    }
    return status;
}

void asp_snp_tsc_fill_vmsa(const AspSnpGuest *guest,
                           uint8_t page[SNP_PAGE_SIZE])
{
    SevVmsa *vmsa = (SevVmsa *)page;    /* packed: no alignment */

    if (le64_get(vmsa->sev_features) & VMSA_SEV_FEATURE_SECURE_TSC) {
        vmsa->guest_tsc_scale = le64_of(guest->tsc_scale);
        vmsa->guest_tsc_offset = le64_of(guest->tsc_offset);
    }
}
