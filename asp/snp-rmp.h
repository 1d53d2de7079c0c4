/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at the states of pages (56860 chapter 5, Page States) as firmware's
 * commands do, and changes them.
 */

#ifndef ASP_SNP_RMP_H
#define ASP_SNP_RMP_H

#include "abi/rmp.h"
#include "asp/state.h"

/* Reads the RMP's entry; @entry is all zero for RMP_DEFAULT. */
RmpPageState asp_page_state(Asp *asp, uint64_t paddr, RmpEntry *entry);

/*
 * The page at @paddr, aligned to 4 KiB, goes from state @from to @to, of
 * Firmware, Context and Reclaim, which differ in an entry's bits alone.
 * SEV_FW_SUCCESS; SEV_FW_INVALID_ADDRESS if it is not memory or not
 * aligned; SEV_FW_INVALID_PAGE_STATE; SEV_FW_INVALID_PAGE_SIZE.
 */
uint32_t asp_page_move(Asp *asp, uint64_t paddr, RmpPageState from,
                       RmpPageState to);

/*
 * May firmware write @len bytes of an answer to @paddr? The page must be in
 * state Firmware, or Default, once SNP is initialized. Statuses as above;
 * the answer must not cross a page's end.
 */
uint32_t asp_page_check_answer(Asp *asp, uint64_t paddr, size_t len);

#endif
