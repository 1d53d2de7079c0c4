/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a page that firmware alone can change back to the hypervisor, or to
 * the guest it was on its way to: SNP_PAGE_RECLAIM (56860 chapter 8).
 */

#include "asp/snp-commands.h"
#include "asp/snp-rmp.h"

/* Only an entry's Immutable stands between these and their users. */
static bool can_reclaim(RmpPageState state)
{
    return state == RMP_FIRMWARE || state == RMP_METADATA ||
           state == RMP_PRE_GUEST || state == RMP_PRE_SWAP;
}

uint32_t asp_snp_cmd_page_reclaim(Asp *asp, AspSnpGuest *guest,
                                  const void *buf)
{
    const SnpCmdAddr *cmd = buf;
    bool is_2m = le64_get(cmd->paddr) & SNP_ADDR_2M;
    uint64_t paddr = le64_get(cmd->paddr) & ~SNP_ADDR_2M;
    RmpEntry entry;
    RmpPageState state;

    if (paddr % (is_2m ? RMP_2M_PAGE_SIZE : RMP_PAGE_SIZE)) {
        return SEV_FW_INVALID_ADDRESS;
    }
    state = asp_page_state(asp, paddr, &entry);
    if (state == RMP_DEFAULT) {
        return SEV_FW_INVALID_ADDRESS;
    }
    if (!can_reclaim(state)) {
        return SEV_FW_INVALID_PAGE_STATE;
    }
    if (entry.page_size != (is_2m ? RMP_PAGE_2M : RMP_PAGE_4K)) {
        return SEV_FW_INVALID_PAGE_SIZE;
    }
    entry.immutable = false;
    if (entry.asid == SEV_ASID_NONE) {
        entry.gpa = 0;
    }
    if (asp->ops.rmp_write(asp->opaque, paddr, &entry)) {
        return SEV_FW_INVALID_PAGE_STATE;
    }
    return SEV_FW_SUCCESS;
}
