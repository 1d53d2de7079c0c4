/*
 * What a page that changes hands leaves behind
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_DISCARD_H
#define HYPERVISOR_SNP_DISCARD_H

#include "exec/memory.h"

/**
 * snp_discard_shared: pages that have become private
 * @gpa: aligned to 4 KiB
 * @size: in bytes, a multiple of 4096
 *
 * Shared memory reads as zero then, and occupies no host memory, if the kind
 * of RAM that it is allows that; else it keeps its content.
 */
void snp_discard_shared(hwaddr gpa, uint64_t size);

/**
 * snp_discard_private: pages that have become shared
 * @gpa, @size: as above; all of it has a private twin
 *
 * Private memory reads as zero then.
 */
void snp_discard_private(hwaddr gpa, uint64_t size);

/**
 * snp_discard_code: the translation of code in private pages
 * @gpa, @size: as above
 *
 * Follows snp_discard_private().  The caller holds no lock that the TLB fill
 * of another CPU may want: that CPU may be translating code from these pages.
 */
void snp_discard_code(hwaddr gpa, uint64_t size);

/**
 * snp_discard_block: all of a block of RAM, which no CPU uses meanwhile
 * @mr: the block's
 *
 * It reads as zero then, whatever kind of RAM it is; but what is read-only
 * stays, as nobody can have written to it.
 */
void snp_discard_block(MemoryRegion *mr);

#endif
