/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines how a SEV-SNP guest calls its SVSM, a Secure VM Service Module,
 * which runs at VMPL 0 (AMD publication 58019). Numbers are little-endian.
 *
 * A call has its protocol and its number in RAX, arguments in RCX, RDX, R8 and
 * R9; RAX is the result. What is longer lies in memory, mostly in the vCPU's
 * calling area, whose first byte says that VMGEXIT is a call. All that
 * arguments name are guest physical addresses.
 */

#ifndef ABI_SVSM_H
#define ABI_SVSM_H

#include <stdint.h>

#include "abi/guid.h"
#include "abi/le.h"

#define SVSM_PAGE_SIZE 4096

/* In the secrets page that the guest gets: where its SVSM is */
#define SVSM_INFORMATION_OFFSET 0x140

typedef struct SvsmInformation {
    le64 base;                  /* 0x00: of memory that is the SVSM's */
    le64 size;                  /* 0x08: 0 if there is no SVSM */
    le64 calling_area;          /* 0x10: of the boot CPU */
    le32 max_version;           /* 0x18: of the core protocol */
    uint8_t guest_vmpl;         /* 0x1c */
    uint8_t reserved[3];        /* 0x1d */
} __attribute__((packed)) SvsmInformation;

/* CPUID 0x8000001F EAX: there is an SVSM, and an MSR for the calling area */
#define SVSM_CPUID_LEAF 0x8000001fu
#define SVSM_CPUID_EAX  (1u << 28)

/* The type of a section of OVMF's SEV metadata: the calling area's page */
#define SVSM_SECTION_CALLING_AREA 4

typedef struct SvsmCallingArea {
    uint8_t call_pending;       /* 0x0: 1: VMGEXIT is a call; 0: it is done */
    uint8_t mem_available;      /* 0x1 */
    uint8_t reserved[6];        /* 0x2 */
    uint8_t buffer[SVSM_PAGE_SIZE - 8]; /* 0x8: for arguments */
} __attribute__((packed)) SvsmCallingArea;

/* RAX of a call */
#define SVSM_CALL(protocol, call) ((uint64_t)(protocol) << 32 | (call))

enum {
    SVSM_PROTOCOL_CORE        = 0,
    SVSM_PROTOCOL_ATTESTATION = 1,
    SVSM_PROTOCOL_VTPM        = 2,
    SVSM_PROTOCOL_APIC        = 3,
    SVSM_PROTOCOL_UEFI        = 4,  /* variables, by MM messages */
};

/* The core protocol, version 1 */
enum {
    SVSM_CORE_REMAP_CA       = 0,   /* RCX: the new calling area */
    SVSM_CORE_PVALIDATE      = 1,   /* RCX: SvsmPvalidate */
    SVSM_CORE_CREATE_VCPU    = 2,   /* RCX: VMSA, RDX: CA, R8: APIC ID */
    SVSM_CORE_DELETE_VCPU    = 3,   /* RCX: VMSA */
    SVSM_CORE_DEPOSIT_MEM    = 4,
    SVSM_CORE_WITHDRAW_MEM   = 5,
    SVSM_CORE_QUERY_PROTOCOL = 6,   /* RCX: protocol in 63:32, version */
    SVSM_CORE_CONFIGURE_VTOM = 7,   /* RCX: bit 0: may it be done? */
};

/* The attestation protocol, version 1 */
enum {
    SVSM_ATTEST_SERVICES       = 0, /* RCX: SvsmAttest */
    SVSM_ATTEST_SINGLE_SERVICE = 1, /* RCX: SvsmAttestSingle */
};

/* RAX after a call */
enum {
    SVSM_SUCCESS                  = 0,
    SVSM_ERR_INCOMPLETE           = 0x80000000, /* to be called again, as is */
    SVSM_ERR_UNSUPPORTED_PROTOCOL = 0x80000001,
    SVSM_ERR_UNSUPPORTED_CALL     = 0x80000002,
    SVSM_ERR_INVALID_ADDRESS      = 0x80000003,
    SVSM_ERR_INVALID_FORMAT       = 0x80000004,
    SVSM_ERR_INVALID_PARAMETER    = 0x80000005,
    SVSM_ERR_INVALID_REQUEST      = 0x80000006,
    SVSM_ERR_BUSY                 = 0x80000007, /* to be called again */
    SVSM_ERR_PROTOCOL_BASE        = 0x80001000, /* a protocol's own follow */
};

/*
 * Of SVSM_CORE_PVALIDATE: what PVALIDATE or RMPADJUST has answered, added to
 * the base, and this for a page whose state did not change
 */
#define SVSM_ERR_PVALIDATE_NO_CHANGE (SVSM_ERR_PROTOCOL_BASE + 0x10)

/* In one page: so many entries, of which NEXT is the first to be done */
typedef struct SvsmPvalidate {
    le16 entries;               /* 0x0 */
    le16 next;                  /* 0x2: in and out */
    le32 reserved;              /* 0x4 */
    le64 entry[];               /* 0x8: GPA and SVSM_PVALIDATE_* */
} __attribute__((packed)) SvsmPvalidate;

#define SVSM_PVALIDATE_SIZE_MASK    0x003ull    /* RMP_PAGE_* */
#define SVSM_PVALIDATE_VALID        0x004ull    /* else: not valid any more */
#define SVSM_PVALIDATE_IGNORE_CF    0x008ull    /* "no change" is no error */
#define SVSM_PVALIDATE_RESERVED     0xff0ull
#define SVSM_PVALIDATE_GPA_MASK     0xfffffffffffff000ull

/* A buffer of the guest's; of a nonce, the size has 16 bits */
typedef struct SvsmBuffer {
    le64 gpa;                   /* 0x0 */
    le32 size;                  /* 0x8 */
    le32 reserved;              /* 0xc */
} __attribute__((packed)) SvsmBuffer;

/*
 * The report's REPORT_DATA is SHA-512 of nonce and manifest. Sizes come back:
 * of the manifest in RCX, of the certificates in RDX, of the report in R8.
 */
typedef struct SvsmAttest {
    SvsmBuffer report;          /* 0x00 */
    SvsmBuffer nonce;           /* 0x10 */
    SvsmBuffer manifest;        /* 0x20 */
    SvsmBuffer certificates;    /* 0x30: size 0: none are wanted */
} __attribute__((packed)) SvsmAttest;

typedef struct SvsmAttestSingle {
    SvsmAttest attest;          /* 0x00 */
    AbiGuid service;            /* 0x40 */
    le32 manifest_version;      /* 0x50 */
    le32 reserved;              /* 0x54 */
} __attribute__((packed)) SvsmAttestSingle;

/* The manifest of all services: this, SvsmServiceEntry, then what they name */
typedef struct SvsmServices {
    AbiGuid guid;               /* 0x00: SVSM_SERVICES_GUID */
    le32 size;                  /* 0x10: of all of it */
    le32 entries;               /* 0x14 */
} __attribute__((packed)) SvsmServices;

typedef struct SvsmServiceEntry {
    AbiGuid guid;               /* 0x00 */
    le32 offset;                /* 0x10: of its manifest */
    le32 size;                  /* 0x14 */
} __attribute__((packed)) SvsmServiceEntry;

/* 63849ebb-3d92-4670-a1ff-58f9c94b87bb */
#define SVSM_SERVICES_GUID \
    ABI_GUID(0x63849ebb, 0x3d92, 0x4670, 0xa1, 0xff, 0x58, 0xf9, 0xc9, 0x4b, \
             0x87, 0xbb)

#endif
