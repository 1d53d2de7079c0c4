/*
 * Declares the host of an SEV-SNP guest: its RMP, its private memory, and what
 * KVM does when an access fails
 *
 * Functions without a SevVm or SevCpu are about the machine's guest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_HOST_H
#define HYPERVISOR_SNP_HOST_H

#include "exec/memory.h"
#include "qemu/thread.h"
#include "hypervisor/psp/sev-host.h"
#include "hypervisor/run/sev-vcpu.h"
#include "memctl/cover.h"
#include "memctl/rmp.h"

/*
 * System physical addresses of pages that software outside the guest does
 * not see: private memory, by its guest physical address, and pages for the
 * firmware (guest context, save areas).
 */
#define SNP_PRIVATE_SPA  (1ULL << 52)
#define SNP_FIRMWARE_SPA (1ULL << 54)

/* Pages for the firmware: as many as one RMP range of 2 MiB */
#define SNP_FIRMWARE_PAGES RMP_2M_PAGES
/* The first is the guest's context, the others are save areas. */
#define SNP_GCTX_SPA   SNP_FIRMWARE_SPA
#define SNP_FIRST_VMSA 1
#define SNP_MAX_VCPUS  (SNP_FIRMWARE_PAGES - SNP_FIRST_VMSA)

typedef struct SnpHost SnpHost;

/**
 * snp_host_init: make the RMP and the pages for the firmware
 *
 * Returns false and sets @errp on failure.  Private memory follows when the
 * board has been built.
 */
bool snp_host_init(SevVm *vm, Error **errp);

/** snp_memory: the address space of a CPU, with @shared and private memory */
MemoryRegion *snp_memory(MemoryRegion *shared);

/** snp_private_memory: private memory alone, by guest physical address */
AddressSpace *snp_private_memory(void);

/** snp_rmp: the guest's RMP; NULL if it is no guest of SEV-SNP */
Rmp *snp_rmp(void);

/** snp_cover: which of its pages TLBs have; NULL likewise */
Cover *snp_cover(void);

/**
 * snp_change_lock: held while a page changes hands
 *
 * Two CPUs may change the same page: what is discarded for the first change
 * must not be what the second has brought.
 */
QemuMutex *snp_change_lock(void);

/* Where discarding failed once it is left alone: it costs an error line. */
typedef struct SnpDiscardFails {
    bool shared;
    bool private;
} SnpDiscardFails;

SnpDiscardFails *snp_discard_fails(void);

/** snp_asid: the guest's ASID */
uint32_t snp_asid(void);

/**
 * snp_vmpl_features: VMSA_SEV_FEATURE_* that the save areas of a VMPL have
 *
 * Those of VMPL 0 are the launch's; of another VMPL 0, before it has one.
 */
uint64_t snp_vmpl_features(const SevVm *vm, unsigned vmpl);

/** snp_spa: where the private page of a guest physical address lies */
static inline uint64_t snp_spa(hwaddr gpa)
{
    return SNP_PRIVATE_SPA + (gpa & TARGET_PAGE_MASK);
}

/** snp_is_private: is this page assigned to the guest? */
bool snp_is_private(hwaddr gpa);

/**
 * snp_private_region: where private memory is
 * @offset: set to where in the region that is returned, which has at least all
 *          of the same 2 MiB
 *
 * Returns NULL if there is none.
 */
MemoryRegion *snp_private_region(hwaddr gpa, hwaddr *offset);

/**
 * snp_private_page: the content of a private page
 *
 * Returns a pointer to 4096 bytes, or NULL if there is none.
 */
void *snp_private_page(hwaddr gpa);

/** snp_firmware_page: one of the pages for the firmware, its address in @spa */
void *snp_firmware_page(unsigned index, uint64_t *spa);

/**
 * snp_set_private: a page state change, as KVM does it
 * @who: the vCPU that asks for it, and calls snp_flush() before its request
 *       is done, or NULL
 * @gpa: aligned to the size
 * @size: RMP_PAGE_4K or RMP_PAGE_2M
 * @private: assigned to the guest, or shared
 *
 * A 2M page is made where the range allows it, and split where a part of it
 * changes.  Returns false if some of it is not the guest's memory.
 */
bool snp_set_private(SevCpu *who, hwaddr gpa, unsigned size, bool private);

/**
 * snp_exit_nested_fault: what QEMU with KVM does when an access fails
 *
 * SevExits.nested_fault.  An access to a page of the other kind converts the
 * page; a page of 2M is split for an operand of 4K.  The guest has been ended
 * if nothing helps.  The first lines of diagnosis are warnings.
 */
SevNpfResult snp_exit_nested_fault(SevCpu *sev, const RmpAccess *access,
                                   const RmpFault *fault);

/** snp_exit_not_validated: SevExits.not_validated */
void snp_exit_not_validated(SevCpu *sev, const RmpAccess *access,
                            const RmpFault *fault);

#endif
