/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a VMPL with restricted injection has of its hypervisor: events by the
 * #HV doorbell page, and IPIs (56421).  In the 64-bit image alone.
 */
#ifndef GUESTS_HV_H
#define GUESTS_HV_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/ghcb.h"

#define MSR_EOI         0x80b
#define MSR_ICR         0x830

#define ICR_SELF        (1ull << 18)
#define ICR_MODE_NMI    (4ull << 8)
#define TO_CPU(n)       ((uint64_t)(n) << 32)

/* GHCB_DOORBELL_*: what is answered; an error << 32 | 1 if it is refused */
uint64_t hv_doorbell(unsigned request, uint64_t gpa);

/*
 * This CPU has a page of its own from now on, which is empty: *PAGE, known
 * before the first event comes.
 */
void hv_doorbell_set(GhcbDoorbell **page);

/*
 * What is to be taken of a page, vector and flags << 8: by one XCHG, so that
 * nothing comes in between.
 */
static inline uint16_t hv_take(GhcbDoorbell *doorbell)
{
    return __atomic_exchange_n((uint16_t *)doorbell, 0, __ATOMIC_SEQ_CST);
}

/* An IPI by GHCB; was it sent? */
bool hv_send(uint64_t icr);

#endif
