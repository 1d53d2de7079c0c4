/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines the Reverse Map Table of AMD SEV-SNP and the instructions on it, as
 * software sees them. Sources: AMD64 Architecture Programmer's Manual (APM)
 * volume 2 (publication 24593) section 15.36, volume 3 (24594) under the names
 * of the instructions; SEV-SNP ABI (56860) chapter 5. Nothing of
 * this lies in a guest's memory; numbers are in the host's byte order.
 */

#ifndef ABI_RMP_H
#define ABI_RMP_H

#include <stdint.h>

#define RMP_PAGE_SHIFT   12
#define RMP_PAGE_SIZE    0x1000u
#define RMP_2M_SHIFT     21
#define RMP_2M_PAGE_SIZE 0x200000u
#define RMP_2M_PAGES     512u           /* 4K pages in one of 2M */
#define RMP_VMPLS        4              /* CPUID 0x8000001F EBX[15:12] */

/* Page_Size of an entry, ECX[0] of PVALIDATE, RCX[0] of RMPADJUST */
enum {
    RMP_PAGE_4K = 0,
    RMP_PAGE_2M = 1,
};

/* A VMPL's permission mask: APM volume 2 table 15-36 */
#define RMP_PERM_READ            0x01u
#define RMP_PERM_WRITE           0x02u
#define RMP_PERM_EXEC_USER       0x04u  /* at CPL 3 */
#define RMP_PERM_EXEC_SUPERVISOR 0x08u  /* at CPL 0 to 2 */
#define RMP_PERM_ALL             0x0fu
#define RMP_PERM_RESERVED        0xf0u  /* bit 4, SSS, has a feature's bit */

/*
 * All that an entry says: the fields of APM volume 2 table 15-34. How the
 * processor keeps them is not architectural, so their places here are ours.
 */
typedef struct RmpEntry {
    uint64_t gpa;                       /* 0x00: Guest_Physical_Address */
    uint32_t asid;                      /* 0x08: 0 is not a guest's */
    uint8_t assigned:1;                 /* 0x0c: a guest's or firmware's */
    uint8_t validated:1;                /*       by PVALIDATE */
    uint8_t vmsa:1;                     /*       VMRUN may load it */
    uint8_t immutable:1;                /*       not for software to change */
    uint8_t page_size:1;                /*       RMP_PAGE_* */
    uint8_t reserved:3;
    uint8_t perm10;                     /* 0x0d: VMPL1 in 7:4, VMPL0 in 3:0 */
    uint8_t perm32;                     /* 0x0e: VMPL3 in 7:4, VMPL2 in 3:0 */
    uint8_t reserved2;                  /* 0x0f */
} __attribute__((packed)) RmpEntry;

/* The states of a page: 56860 chapter 5, Page States */
typedef enum RmpPageState {
    RMP_DEFAULT,                        /* the RMP has no entry */
    RMP_HYPERVISOR,
    RMP_GUEST_INVALID,
    RMP_GUEST_VALID,
    RMP_PRE_GUEST,
    RMP_PRE_SWAP,
    RMP_FIRMWARE,
    RMP_CONTEXT,
    RMP_METADATA,
    RMP_RECLAIM,
} RmpPageState;

/**
 * rmp_page_state: which fields make which state of a page that has an entry
 *
 * What else there might be is nobody's but the secure processor's.
 */
static inline RmpPageState rmp_page_state(const RmpEntry *entry)
{
    if (!entry->assigned) {
        return RMP_HYPERVISOR;
    }
    if (entry->asid) {
        return entry->immutable ?
               (entry->validated ? RMP_PRE_SWAP : RMP_PRE_GUEST) :
               (entry->validated ? RMP_GUEST_VALID : RMP_GUEST_INVALID);
    }
    if (!entry->immutable) {
        return RMP_RECLAIM;
    }
    return entry->vmsa ? RMP_CONTEXT :
           entry->gpa ? RMP_METADATA : RMP_FIRMWARE;
}

/* What RMPUPDATE reads and RMPREAD writes: APM volume 3, both instructions */
typedef struct RmpState {
    uint64_t gpa;                       /* 0x00 */
    uint8_t assigned;                   /* 0x08: bit 0 */
    uint8_t page_size;                  /* 0x09: bit 0; bit 1 see below */
    uint8_t immutable;                  /* 0x0a: bit 0 */
    uint8_t reserved;                   /* 0x0b */
    uint32_t asid;                      /* 0x0c */
} __attribute__((packed)) RmpState;

/* RMPREAD, page_size: some 4K page of this 2M range is assigned */
#define RMP_STATE_REGION_STATUS 0x02u

/* EAX after PVALIDATE, RMPADJUST, RMPQUERY, RMPUPDATE and PSMASH */
enum {
    RMP_SUCCESS           = 0,
    RMP_FAIL_INPUT        = 1,          /* operand or address */
    RMP_FAIL_PERMISSION   = 2,          /* VMPL, or the page is immutable */
    RMP_FAIL_INUSE        = 3,          /* by another processor */
    RMP_FAIL_OVERLAP      = 4,          /* RMPUPDATE: 4K and 2M entries */
    RMP_FAIL_BADADDR      = 4,          /* PSMASH: no page of 2M */
    RMP_FAIL_SIZEMISMATCH = 6,          /* 2M was asked for, pages are 4K */
};

/* RDX of RMPADJUST, and what RMPQUERY returns there */
#define RMP_ATTR_VMPL_MASK  0x00000000000000ffull
#define RMP_ATTR_PERM_SHIFT 8
#define RMP_ATTR_PERM_MASK  0x000000000000ff00ull
#define RMP_ATTR_VMSA       0x0000000000010000ull
#define RMP_ATTR_RESERVED   0xfffffffffffe0000ull

/*
 * EXITINFO1 of #VMEXIT(NPF): APM volume 2 sections 15.25.6 and 15.36.10.
 * Bit 31 is also in the error code of a host's #PF.
 */
#define RMP_NPF_PRESENT     (1ull << 0)
#define RMP_NPF_WRITE       (1ull << 1)
#define RMP_NPF_USER        (1ull << 2) /* as all nested accesses */
#define RMP_NPF_FETCH       (1ull << 4)
#define RMP_NPF_RMP         (1ull << 31)
#define RMP_NPF_GPA         (1ull << 32)    /* the access itself */
#define RMP_NPF_WALK        (1ull << 33)    /* a walk of the guest's tables */
#define RMP_NPF_ENC         (1ull << 34)    /* the effective C-bit was 1 */
#define RMP_NPF_SIZEM       (1ull << 35)    /* PVALIDATE, RMPADJUST: size */
#define RMP_NPF_VMPL        (1ull << 36)    /* the VMPL's permissions */

/* Error code of #VC: APM volume 2 section 15.36.10 */
#define RMP_VC_PAGE_NOT_VALIDATED 0x404u

#endif
