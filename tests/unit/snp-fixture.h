/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fixture's part for SEV-SNP: a Reverse Map Table of its memory, a
 * processor to ask for CPUID, and the commands, checked to succeed.
 */

#ifndef TESTS_UNIT_SNP_FIXTURE_H
#define TESTS_UNIT_SNP_FIXTURE_H

#include "asp-fixture.h"

/* Page @n of the memory; the upper half has what commands need */
#define PAGE(n) (MEM_BASE + (n) * (uint64_t)RMP_PAGE_SIZE)
#define GCTX_PAGE   16
#define STATUS_PAGE 17
#define ID_PAGE     18
#define AUTH_PAGE   19

/* Bit 17, and SMT: what QEMU has without being told */
#define SNP_POLICY 0x30000ull

/* States of pages, as RMPUPDATE and firmware make them */
RmpEntry snp_firmware_page(void);
RmpEntry snp_pre_guest_page(uint32_t asid, uint64_t gpa);

/* Commands; these return the status */
uint32_t snp_addr_command(AspFixture *f, uint32_t id, uint64_t paddr);
uint32_t snp_activate(AspFixture *f, uint64_t gctx, uint32_t asid);
uint32_t snp_update(AspFixture *f, unsigned type, uint64_t paddr);

/* Commands that must succeed; answers are read in STATUS_PAGE */
void must_snp_init(AspFixture *f);
void must_gctx(AspFixture *f, unsigned page);
void must_snp_start(AspFixture *f, uint64_t gctx, uint64_t policy);
SnpPlatformStatus snp_status(AspFixture *f);
SnpGuestStatus snp_guest_status(AspFixture *f, uint64_t gctx);

/*
 * A guest in @gstate with SNP_POLICY, its context in GCTX_PAGE, the platform
 * out of reset before; from LAUNCH on, with ES_GUEST_ASID.
 */
void must_snp_guest(AspFixture *f, uint8_t gstate);

/* Its launch digest */
const uint8_t *snp_digest(AspFixture *f);

/* Page @n is set aside for it, at @gpa */
void snp_give(AspFixture *f, unsigned n, uint64_t gpa);

/* What fixture_cpuid() answers for a leaf that it has */
#define FIXTURE_FMS 0x00a00f11u

/* The callbacks */
int fixture_rmp_read(void *opaque, uint64_t paddr, RmpEntry *entry);
int fixture_rmp_write(void *opaque, uint64_t paddr, const RmpEntry *entry);
int fixture_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                  uint64_t xcr0, uint64_t xss, uint32_t out[4]);

#endif
