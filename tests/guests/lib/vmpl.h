/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMPLs of this CPU beside its own: each runs a function of the same program,
 * with a save area, a stack and GHCBs of its own.  In the 64-bit image alone.
 *
 * To the rest of the program a VMPL is one more CPU, of an index that no CPU
 * has: see struct cpu.
 */
#ifndef GUESTS_VMPL_H
#define GUESTS_VMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/rmp.h"
#include "abi/vmsa.h"

typedef void VmplFn(uint64_t arg);

/* Gives a VMPL all of the program's memory that is private, to do all with. */
void vmpl_admit(unsigned vmpl);

/*
 * What a save area has with which VMPL runs FN(ARG), as CPU INDEX, and one with
 * that; what comes after FN is VMPL 0 again, each time that it is run.
 */
void vmpl_fill(SevVmsa *vmsa, unsigned vmpl, unsigned index, VmplFn *fn,
               uint64_t arg);
SevVmsa *vmpl_area(unsigned vmpl, unsigned index, VmplFn *fn, uint64_t arg);

/* GHCB_AP_* for a VMPL of a CPU; was it done? */
bool vmpl_ask(unsigned what, unsigned vmpl, unsigned apic_id,
              const SevVmsa *vmsa);

/*
 * Another VMPL of this CPU runs, by MSR, and this one when it is run again;
 * returns the answer's error, 0 if there was none.
 */
uint32_t vmpl_run(unsigned vmpl);

/* The same by GHCB; returns SW_EXITINFO1 and 2 as INFO_2 << 32 | INFO_1. */
uint64_t vmpl_run_by_ghcb(uint64_t vmpl);

/* This CPU's has this save area now, and is to be run; ends the guest if not. */
void vmpl_own(unsigned vmpl, const SevVmsa *vmsa);

/* The same with SEV features of its own, as for a VMPL without #HV */
#define PLAIN_FEATURES (FEATURES & ~VMSA_SEV_FEATURE_RESTRICTED_INJECTION)
void vmpl_own_with(unsigned vmpl, SevVmsa *vmsa, uint64_t features);

/* vmpl_area() and vmpl_own() */
SevVmsa *vmpl_make(unsigned vmpl, unsigned index, VmplFn *fn, uint64_t arg);

/* Why a VMPL was left, by its save area */
uint64_t vmpl_exit_code(const SevVmsa *vmsa);

#endif
