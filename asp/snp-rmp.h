/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states of pages (56860 chapter 5, Page States), as far as firmware's
 * commands look at them, and firmware's part in changing them.
 */

#ifndef ASP_SNP_RMP_H
#define ASP_SNP_RMP_H

#include "abi/rmp.h"
#include "asp/state.h"

typedef enum AspPageState {
    ASP_PAGE_DEFAULT,       /* the RMP has no entry */
    ASP_PAGE_HYPERVISOR,
    ASP_PAGE_RECLAIM,
    ASP_PAGE_FIRMWARE,
    ASP_PAGE_CONTEXT,
    ASP_PAGE_METADATA,
    ASP_PAGE_GUEST_INVALID,
    ASP_PAGE_GUEST_VALID,
    ASP_PAGE_PRE_GUEST,
    ASP_PAGE_PRE_SWAP,
} AspPageState;

/* Reads the RMP's entry; @entry is all zero for ASP_PAGE_DEFAULT. */
AspPageState asp_page_state(Asp *asp, uint64_t paddr, RmpEntry *entry);

/*
 * The page at @paddr, aligned to 4 KiB, goes from state @from to @to, of
 * Firmware, Context and Reclaim, which differ in an entry's bits alone.
 * SEV_FW_SUCCESS; SEV_FW_INVALID_ADDRESS if it is not memory or not
 * aligned; SEV_FW_INVALID_PAGE_STATE; SEV_FW_INVALID_PAGE_SIZE.
 */
uint32_t asp_page_move(Asp *asp, uint64_t paddr, AspPageState from,
                       AspPageState to);

/*
 * May firmware write @len bytes of an answer to @paddr? The page must be in
 * state Firmware, or Default, once SNP is initialized. Statuses as above;
 * the answer must not cross a page's end.
 */
uint32_t asp_page_check_answer(Asp *asp, uint64_t paddr, size_t len);

#endif
