/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What suite "snp_vmpl_random" has on both sides: VMPL 2 asks for anything, and
 * VMPL 0 looks what has changed.
 */
#ifndef GUESTS_SNP_VMPL_RANDOM_H
#define GUESTS_SNP_VMPL_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/ghcb.h"
#include "abi/vmsa.h"
#include "smp.h"

#define OTHER           2
#define OTHER_INDEX(i)  (MAX_CPUS / 2 + (i))
#define CPUS            (MAX_CPUS / 2)

/*
 * Save areas, each used once: what another vCPU asks for at the same time may
 * come later, and would find one that is in use.
 */
#define AREAS           1500
#define AREAS_KEPT      300             /* for VMPL 0 alone */

#define MSR_EOI         0x80b

/*
 * @areas: see hostile_area()
 * @cpus: how many have both VMPLs
 * @apic_ids: CPUs have their index in the order in which they start
 * @restricted: VMPL 0 has restricted injection
 * @secret, @readable: pages that VMPL 2 may not touch, and may only read
 * @doorbells: a page for each, and another behind it
 * @requests: of each VMPL 2, by its index
 */
extern struct hostile_shared {
    SevVmsa *areas[AREAS];
    unsigned cpus;
    uint32_t apic_ids[CPUS];
    bool restricted;
    uint64_t *secret, *readable;
    GhcbDoorbell *doorbells[MAX_CPUS];
    uint64_t requests[MAX_CPUS];
} shared;

/* What is wrong; TAP is CPU 0's, others say it by a number. */
enum {
    SECRET = 1, READABLE = 2, PERMISSIONS = 4, REGISTERS = 8, MSRS = 16,
    GHCB_LOST = 32, TOLD_WRONG = 64, NO_PROGRESS = 128, NO_AREAS = 256,
};
void hostile_fail(uint32_t what);

/* A save area that nobody has had; NULL if no more than KEPT are left */
SevVmsa *hostile_area(unsigned kept);

/* VMPL 2, with the save area that it runs with, for vmpl_fill() */
void hostile(uint64_t area);

/* It has taken note, or will have to wait for other signals. */
void hostile_clear_doorbells(void);

#endif
