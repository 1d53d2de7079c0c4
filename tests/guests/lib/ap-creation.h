/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs of an SEV-SNP guest that start with a save area of the guest's own
 * (56421 section 4.1, SNP AP creation).  In the 64-bit image alone.
 */
#ifndef GUESTS_AP_CREATION_H
#define GUESTS_AP_CREATION_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/vmsa.h"
#include "ghcb.h"
#include "segments.h"

#define EFER_LMA        (1u << 10)
#define EFER_SVME       (1u << 12)
#define FEATURES        config_sev_features()
#define DR(i)           (0x1234500u + (i))      /* an address of a CPU's */
#define HALTS           0x100   /* a generation that comes to HLT */
#define HOLDS           0x200   /* one that first asks for AP reset hold */
#define PATIENCE        2000000u

#define ICR_INIT        0x4500
#define ICR_SIPI        (0x4600 | AP_PAGE >> 12)
#define ICR_NMI         0x4400

/* What a started CPU has found, and that it runs */
struct report {
    uint32_t rounds, generation;
    uint64_t r15, sev_status, cr3, efer, dr0, dr3, held;
};
extern struct report reports[MAX_CPUS];

/* A page that is not at a multiple of 2 MiB, made a save area or not */
SevVmsa *save_area(bool adjusted);

/* What lets CPU report, and its GENERATION with it: see HALTS. */
void save_area_fill(SevVmsa *vmsa, unsigned cpu, unsigned generation);

/* Both: a save area that is taken */
SevVmsa *save_area_good(unsigned cpu, unsigned generation);

/* GHCB_AP_* for a CPU: the GHCB with the answer; or was it done? */
Ghcb *ap_request(unsigned what, unsigned apic_id, uint64_t gpa,
                 uint64_t features);
bool ap_request_done(unsigned what, unsigned cpu, const SevVmsa *vmsa);

/* Sends it an interrupt, ICR_*. */
void ap_send(unsigned cpu, uint32_t command);

/* Does it go its rounds, within so many looks? */
bool ap_runs_within(unsigned cpu, unsigned patience);

/* Waits for its report; false when that takes long. */
bool ap_comes_up(unsigned cpu, unsigned generation);

#endif
