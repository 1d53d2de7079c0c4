/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SEV-SNP: the instructions on the Reverse Map Table, page state changes, and
 * RAM in the states that a suite needs.
 */
#ifndef GUESTS_SNP_H
#define GUESTS_SNP_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/ghcb.h"
#include "abi/rmp.h"
#include "exception.h"
#include "ghcb.h"

#define SIZE_4K 0x1000u
#define SIZE_2M 0x200000u

/*
 * Makes RAM private and validates it, but for the shared area, SNP_FRESH and
 * what the metadata have; nothing happens in a guest without SEV-SNP.
 */
void snp_init(void);

/*
 * RAM that nobody has had, SIZE_4K or SIZE_2M; never given back. That of 2M
 * lies above the other guests' memory, so a row has to give more with -m.
 */
uintptr_t fresh_alloc(uintptr_t size);

/* What an instruction answers; no fault is caught. */
struct rmp_answer {
    uint32_t status;            /* EAX, RMP_SUCCESS or RMP_FAIL_* */
    bool carry, zero;
    uint64_t cx, dx;
};
struct rmp_answer pvalidate(uintptr_t va, unsigned size, unsigned validate);
struct rmp_answer rmpadjust(uintptr_t va, unsigned size, uint64_t attributes);
struct rmp_answer rmpquery(uintptr_t va, unsigned vmpl);

/* The three for catch_vc(): a page, and bits of which all else is made */
#define RMP_PROBES 3
extern ProbeFn *const rmp_probes[RMP_PROBES];

/* By MSR, OP of a page state change; the answer's error code, 0 is success. */
uint32_t psc_msr(uint64_t gpa, unsigned op);

/* An entry of a page state change, with CUR pages done */
static inline uint64_t psc_entry(uint64_t gpa, unsigned op, bool is_2m,
                                 unsigned cur)
{
    return gpa | (uint64_t)op << GHCB_PSC_OP_SHIFT |
           (is_2m ? GHCB_PSC_2M : 0) | cur;
}

/* A GHCB with a page state change of entries FIRST to LAST in its buffer */
Ghcb *psc_begin(unsigned first, unsigned last);
GhcbPscHeader *psc_header(Ghcb *ghcb);
uint64_t *psc_entries(Ghcb *ghcb);

/* One entry, by GHCB: SW_EXITINFO2, or all ones if SW_EXITINFO1 is not 0 */
uint64_t psc_one(uint64_t gpa, unsigned op, bool is_2m);

/* Private and validated, of SIZE; ends the guest when that fails. */
void snp_accept(uintptr_t page, unsigned size);

/* Shared: not validated any more, and the hypervisor's */
void snp_give_up(uintptr_t page, unsigned size);

#endif
