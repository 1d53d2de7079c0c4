/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an SEV-ES guest asks its hypervisor: the GHCB's MSR protocol, and the
 * GHCB itself (AMD publication 56421).
 *
 * Each CPU has a GHCB for the suites and one for every #VC handler that can
 * run inside of another, all in the shared area.  A guest without SEV-ES has
 * neither, and need not ask.
 */
#ifndef GUESTS_GHCB_H
#define GUESTS_GHCB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/ghcb.h"

#define VC_LEVELS 4

/* What the hypervisor tells of itself, whatever the guest is */
#define GHCB_HV_FEATURES (GHCB_HV_FEATURE_SNP | GHCB_HV_FEATURE_AP_CREATION | \
                          GHCB_HV_FEATURE_RESTRICTED_INJ | \
                          GHCB_HV_FEATURE_APIC_ID_LIST | \
                          GHCB_HV_FEATURE_MULTI_VMPL)

/* Does SEV_STATUS say that this is an SEV-ES guest, and an SEV-SNP guest? */
bool es_active(void);
bool snp_active(void);

/*
 * Agrees on a version of the protocol; before, the #VC handler of C knows
 * CPUID alone.  In a guest without SEV-ES nothing happens.
 */
void ghcb_init(void);
bool ghcb_ready(void);

/* Executes VMGEXIT, and nothing else. */
static inline void vmgexit(void)
{
    asm volatile("rep; vmmcall" : : : "memory");
}

/* A VMGEXIT with VALUE in the GHCB's MSR; returns what is there then. */
uint64_t ghcb_msr(uint64_t value);

/* The register of CPUID LEAF, subleaf 0, by the MSR protocol: 0 is EAX. */
uint32_t ghcb_msr_cpuid(uint32_t leaf, unsigned reg);

/* SIZE bytes of shared memory, zeroed, in whole pages; never given back. */
uintptr_t shared_alloc(size_t size);

/*
 * A GHCB of this CPU, with exit code and information filled in and nothing
 * else: LEVEL 0 for suites.
 */
Ghcb *ghcb_begin(unsigned level, uint64_t code, uint64_t info_1,
                 uint64_t info_2);

/* Marks a field as valid, or takes that away, or asks. */
void ghcb_mark(Ghcb *ghcb, unsigned bit, bool valid);
bool ghcb_marked(const Ghcb *ghcb, unsigned bit);

#define GHCB_SET(ghcb, field, value)                                    \
    do {                                                                \
        (ghcb)->save.field = le64_of(value);                            \
        ghcb_mark((ghcb), GHCB_VALID_BIT(field), true);                 \
    } while (0)

#define GHCB_GET(ghcb, field) le64_get((ghcb)->save.field)

#define GHCB_HAS(ghcb, field) ghcb_marked((ghcb), GHCB_VALID_BIT(field))

/* The one field of a byte, marked as valid */
void ghcb_set_cpl(Ghcb *ghcb, uint8_t cpl);

/*
 * An SEV-SNP guest's hypervisor takes a CPU's registered GHCB alone: which
 * one that is, 0 for none, and registering another.
 */
uint64_t ghcb_registered(void);
void ghcb_register(uint64_t page);

/* VMGEXIT with this GHCB, registered if need be; returns SW_EXITINFO1. */
uint64_t ghcb_call(Ghcb *ghcb);

/* The same with the GHCB's shared buffer as scratch area. */
void ghcb_use_buffer(Ghcb *ghcb);

/*
 * An NMI's handler is over, and the next can come; whoever it has interrupted
 * may be about to execute VMGEXIT.
 */
void ghcb_nmi_complete(void);

/* Ends the guest, for general reasons; for when nothing can be printed. */
__attribute__((noreturn)) void ghcb_terminate(void);

#endif
