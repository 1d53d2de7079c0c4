/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paging of the 64-bit image is on from the start: see start64.S. */
#include "paging.h"
#include "tap.h"

void paging_init(unsigned levels)
{
    if (levels && levels != paging_levels()) {
        bail_out("levels=%u, but this CPU model has %u", levels,
                 paging_levels());
    }
}

void paging_enable(void)
{
}
