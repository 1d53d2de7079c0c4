/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware's view of the Reverse Map Table, through its user's callbacks.
 */

#include "asp/snp-rmp.h"

#include <string.h>

/* 56860 chapter 5: which fields make which state */
static AspPageState entry_state(const RmpEntry *entry)
{
    if (!entry->assigned) {
        return ASP_PAGE_HYPERVISOR;
    }
    if (entry->asid != SEV_ASID_NONE) {
        return entry->immutable
               ? (entry->validated ? ASP_PAGE_PRE_SWAP : ASP_PAGE_PRE_GUEST)
               : (entry->validated ? ASP_PAGE_GUEST_VALID
                                   : ASP_PAGE_GUEST_INVALID);
    }
    if (!entry->immutable) {
        return ASP_PAGE_RECLAIM;
    }
    if (entry->vmsa) {
        return ASP_PAGE_CONTEXT;
    }
    return entry->gpa ? ASP_PAGE_METADATA : ASP_PAGE_FIRMWARE;
}

AspPageState asp_page_state(Asp *asp, uint64_t paddr, RmpEntry *entry)
{
    memset(entry, 0, sizeof(*entry));
    if (asp->ops.rmp_read(asp->opaque, paddr, entry)) {
        memset(entry, 0, sizeof(*entry));
        return ASP_PAGE_DEFAULT;
    }
    return entry_state(entry);
}

uint32_t asp_page_move(Asp *asp, uint64_t paddr, AspPageState from,
                       AspPageState to)
{
    RmpEntry entry;
    AspPageState state;

    if (paddr % RMP_PAGE_SIZE) {
        return SEV_FW_INVALID_ADDRESS;
    }
    state = asp_page_state(asp, paddr, &entry);
    if (state == ASP_PAGE_DEFAULT) {
        return SEV_FW_INVALID_ADDRESS;
    }
    if (state != from) {
        return SEV_FW_INVALID_PAGE_STATE;
    }
    if (entry.page_size != RMP_PAGE_4K) {
        return SEV_FW_INVALID_PAGE_SIZE;
    }
    memset(&entry, 0, sizeof(entry));
    entry.assigned = true;
    entry.immutable = to != ASP_PAGE_RECLAIM;
    entry.vmsa = to == ASP_PAGE_CONTEXT;
    if (asp->ops.rmp_write(asp->opaque, paddr, &entry)) {
        return SEV_FW_INVALID_PAGE_STATE;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_page_check_answer(Asp *asp, uint64_t paddr, size_t len)
{
    RmpEntry entry;
    AspPageState state;

    if (paddr % RMP_PAGE_SIZE > RMP_PAGE_SIZE - len) {
        return SEV_FW_INVALID_ADDRESS;
    }
    if (asp->snp.state == SNP_PSTATE_UNINIT) {
        return SEV_FW_SUCCESS;
    }
    state = asp_page_state(asp, paddr, &entry);
    return state == ASP_PAGE_FIRMWARE || state == ASP_PAGE_DEFAULT
           ? SEV_FW_SUCCESS : SEV_FW_INVALID_PAGE_STATE;
}
