/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of a VMPL with restricted injection: see hv.h. */
#include "ghcb.h"
#include "hv.h"
#include "paging.h"
#include "smp.h"

#define DOORBELLS 256u          /* which page of the shared area is the first */

uint64_t hv_doorbell(unsigned request, uint64_t gpa)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_HV_DOORBELL, request, gpa);

    return ghcb_call(ghcb) ? GHCB_GET(ghcb, sw_exit_info_2) << 32 | 1
                           : GHCB_GET(ghcb, sw_exit_info_2);
}

void hv_doorbell_set(GhcbDoorbell **page)
{
    uintptr_t number = DOORBELLS + this_cpu()->index;

    *page = (GhcbDoorbell *)(SHARED_AREA + number * PAGE_SIZE);
    (*page)->vector = (*page)->flags = 0;
    hv_doorbell(GHCB_DOORBELL_SET, (uintptr_t)*page);
}

bool hv_send(uint64_t icr)
{
    return ghcb_call(ghcb_begin(0, GHCB_EXIT_HV_IPI, icr, 0)) == 0;
}
