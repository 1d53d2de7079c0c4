/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page states: PVALIDATE and RMPADJUST on behalf of the guest.  SIZE is
 * RMP_PAGE_*; what is answered is RMP_FAIL_*, or PAGES_NO_CHANGE.
 */
#ifndef SVSM_PAGES_H
#define SVSM_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/rmp.h"

#define PAGES_NO_CHANGE 0x10u       /* of no instruction: CF was set */

/*
 * Validates, and lets the guest have the page.  IGNORE_CF: it may have been
 * valid.  It is not cleared, as on hardware it would have to be: the host might
 * have put there what was the SVSM's.
 */
uint32_t pages_give(uint64_t gpa, unsigned size, bool ignore_cf);

/* Takes the page from the guest, and makes it invalid. */
uint32_t pages_take(uint64_t gpa, unsigned size, bool ignore_cf);

/* The guest's permissions, RMP_PERM_*, and whether the page is a save area */
uint32_t pages_adjust(uint64_t gpa, unsigned size, unsigned permissions,
                      bool save_area);

#endif
