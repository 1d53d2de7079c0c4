/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the launch digest of a guest in LUPDATE (55766 sections 6.3 and 6.4).
 */

#ifndef ASP_LAUNCH_DIGEST_H
#define ASP_LAUNCH_DIGEST_H

#include "asp/state.h"

/*
 * Takes @len bytes of memory from @paddr on into @guest's digest, all of
 * them or, when it fails, none. SEV_FW_SUCCESS; SEV_FW_INVALID_ADDRESS for
 * what is not memory; SEV_FW_RESOURCE_LIMIT without memory of our own.
 */
uint32_t asp_launch_digest_add(Asp *asp, AspGuest *guest, uint64_t paddr,
                               uint32_t len);

#endif
