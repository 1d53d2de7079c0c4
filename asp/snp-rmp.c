/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and changes the Reverse Map Table, through the callbacks of firmware's
 * user.
 */

#include "asp/snp-rmp.h"

#include <string.h>

RmpPageState asp_page_state(Asp *asp, uint64_t paddr, RmpEntry *entry)
{
    memset(entry, 0, sizeof(*entry));
    if (asp->ops.rmp_read(asp->opaque, paddr, entry)) {
        memset(entry, 0, sizeof(*entry));
        return RMP_DEFAULT;
    }
    return rmp_page_state(entry);
}

uint32_t asp_page_move(Asp *asp, uint64_t paddr, RmpPageState from,
                       RmpPageState to)
{
    RmpEntry entry;
    RmpPageState state;

    if (paddr % RMP_PAGE_SIZE) {
        return SEV_FW_INVALID_ADDRESS;
    }
    state = asp_page_state(asp, paddr, &entry);
    if (state == RMP_DEFAULT) {
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
    entry.immutable = to != RMP_RECLAIM;
    entry.vmsa = to == RMP_CONTEXT;
    if (asp->ops.rmp_write(asp->opaque, paddr, &entry)) {
        return SEV_FW_INVALID_PAGE_STATE;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_page_check_answer(Asp *asp, uint64_t paddr, size_t len)
{
    RmpEntry entry;
    RmpPageState state;

    if (paddr % RMP_PAGE_SIZE > RMP_PAGE_SIZE - len) {
        return SEV_FW_INVALID_ADDRESS;
    }
    if (asp->snp.state == SNP_PSTATE_UNINIT) {
        return SEV_FW_SUCCESS;
    }
    state = asp_page_state(asp, paddr, &entry);
    return state == RMP_FIRMWARE || state == RMP_DEFAULT
           ? SEV_FW_SUCCESS : SEV_FW_INVALID_PAGE_STATE;
}
