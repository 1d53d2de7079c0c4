/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines the guest-hypervisor communication block (AMD publication 56421):
 * how an SEV-ES guest asks its hypervisor for what the hypervisor can no
 * longer see. All numbers are little-endian.
 *
 * Exit codes of SVM are those of the APM volume 2, appendix C. Their names
 * keep clear of QEMU's target/i386/svm.h.
 */

#ifndef ABI_GHCB_H
#define ABI_GHCB_H

#include <stdint.h>

#include "abi/le.h"

#define GHCB_PAGE_SIZE 4096

/* 56421 section 2.6, GHCB layout: the part that mirrors the save area */
typedef struct GhcbSaveArea {
    uint8_t reserved_0x000[0xcb];
    uint8_t cpl;                /* 0x0cb */
    uint8_t reserved_0x0cc[0x74];
    le64 xss;                   /* 0x140 */
    uint8_t reserved_0x148[0x18];
    le64 dr7;                   /* 0x160 */
    uint8_t reserved_0x168[0x90];
    le64 rax;                   /* 0x1f8 */
    uint8_t reserved_0x200[0x108];
    le64 rcx;                   /* 0x308 */
    le64 rdx;                   /* 0x310 */
    le64 rbx;                   /* 0x318 */
    uint8_t reserved_0x320[0x10];
    le64 rsi;                   /* 0x330 */
    le64 rdi;                   /* 0x338 */
    le64 r8;                    /* 0x340 */
    uint8_t reserved_0x348[0x48];
    le64 sw_exit_code;          /* 0x390 */
    le64 sw_exit_info_1;        /* 0x398 */
    le64 sw_exit_info_2;        /* 0x3a0 */
    le64 sw_scratch;            /* 0x3a8: GPA of the scratch area */
    uint8_t reserved_0x3b0[0x38];
    le64 xcr0;                  /* 0x3e8 */
    uint8_t valid_bitmap[16];   /* 0x3f0: a bit per quadword of 0 to 0x3ef */
    le64 x87_state_gpa;         /* 0x400 */
} __attribute__((packed)) GhcbSaveArea;

typedef struct Ghcb {
    GhcbSaveArea save;
    uint8_t reserved_0x408[0x3f8];
    uint8_t shared_buffer[2032];    /* 0x800 */
    uint8_t reserved_0xff0[10];
    le16 protocol_version;      /* 0xffa */
    le32 ghcb_usage;            /* 0xffc: GHCB_USAGE_* */
} __attribute__((packed)) Ghcb;

/* The bit of a save area's field in its valid_bitmap */
#define GHCB_VALID_BIT(field) (offsetof(GhcbSaveArea, field) / 8)

#define GHCB_VERSION_MIN 1
#define GHCB_VERSION_MAX 2

/* The only usage that is defined: a GHCB as of this structure */
#define GHCB_USAGE_STANDARD 0

/* 56421 section 2.3.1, GHCB MSR protocol: MSR number, GHCBInfo in 11:0 */
#define GHCB_MSR                     0xc0010130
#define GHCB_MSR_INFO_MASK           0xfffull

#define GHCB_MSR_SEV_INFO_RESP       0x001
#define GHCB_MSR_SEV_INFO_REQ        0x002
#define GHCB_MSR_CPUID_REQ           0x004
#define GHCB_MSR_CPUID_RESP          0x005
#define GHCB_MSR_AP_RESET_HOLD_REQ   0x006
#define GHCB_MSR_AP_RESET_HOLD_RESP  0x007
#define GHCB_MSR_PREF_GPA_REQ        0x010
#define GHCB_MSR_PREF_GPA_RESP       0x011
#define GHCB_MSR_REG_GPA_REQ         0x012
#define GHCB_MSR_REG_GPA_RESP        0x013
#define GHCB_MSR_PSC_REQ             0x014
#define GHCB_MSR_PSC_RESP            0x015
#define GHCB_MSR_VMPL_REQ            0x016
#define GHCB_MSR_VMPL_RESP           0x017
#define GHCB_MSR_HV_FEATURES_REQ     0x080
#define GHCB_MSR_HV_FEATURES_RESP    0x081
#define GHCB_MSR_TERM_REQ            0x100

/* SEV information: greatest version, least version, C-bit's position */
#define GHCB_MSR_SEV_INFO_MAX_SHIFT  48
#define GHCB_MSR_SEV_INFO_MIN_SHIFT  32
#define GHCB_MSR_SEV_INFO_CBIT_SHIFT 24

/* CPUID: function or value in 63:32, register in 31:30 (0 is EAX ... 3 EDX) */
#define GHCB_MSR_CPUID_VALUE_SHIFT   32
#define GHCB_MSR_CPUID_REG_SHIFT     30

/* Where the answer to AP reset hold (0: not by a SIPI), GPAs, features are */
#define GHCB_MSR_DATA_SHIFT          12

/* Page state change by MSR: operation in 55:52, GFN in 51:12; error in 63:32 */
#define GHCB_MSR_PSC_OP_SHIFT        52
#define GHCB_MSR_PSC_GFN_MASK        0xffffffffffull
#define GHCB_MSR_PSC_ERROR_SHIFT     32

/* "No preference" of the hypervisor for the GHCB's GPA, and "refused" */
#define GHCB_MSR_GPA_NONE            0xfffffffffffffull

/* Termination: reason set in 15:12, reason code in 23:16 */
#define GHCB_MSR_TERM_SET_SHIFT      12
#define GHCB_MSR_TERM_CODE_SHIFT     16

/* 56421 section 4.1.1, hypervisor features */
#define GHCB_HV_FEATURE_SNP             (1ull << 0)
#define GHCB_HV_FEATURE_AP_CREATION     (1ull << 1)
#define GHCB_HV_FEATURE_RESTRICTED_INJ  (1ull << 2)
#define GHCB_HV_FEATURE_APIC_ID_LIST    (1ull << 4)
#define GHCB_HV_FEATURE_MULTI_VMPL      (1ull << 5)

/* Exit codes of the CPU that a guest's #VC handler can meet (APM, app. C) */
enum {
    VC_EXIT_DR7_READ    = 0x027,
    VC_EXIT_DR7_WRITE   = 0x037,
    VC_EXIT_EXCP_DB     = 0x041,
    VC_EXIT_EXCP_AC     = 0x051,
    VC_EXIT_RDTSC       = 0x06e,
    VC_EXIT_RDPMC       = 0x06f,
    VC_EXIT_CPUID       = 0x072,
    VC_EXIT_RSM         = 0x073,
    VC_EXIT_INVD        = 0x076,
    VC_EXIT_INVLPGA     = 0x07a,
    VC_EXIT_IOIO        = 0x07b,
    VC_EXIT_MSR         = 0x07c,
    VC_EXIT_TASK_SWITCH = 0x07d,
    VC_EXIT_VMRUN       = 0x080,
    VC_EXIT_VMMCALL     = 0x081,
    VC_EXIT_VMLOAD      = 0x082,
    VC_EXIT_VMSAVE      = 0x083,
    VC_EXIT_STGI        = 0x084,
    VC_EXIT_CLGI        = 0x085,
    VC_EXIT_SKINIT      = 0x086,
    VC_EXIT_RDTSCP      = 0x087,
    VC_EXIT_WBINVD      = 0x089,
    VC_EXIT_MONITOR     = 0x08a,
    VC_EXIT_MWAIT       = 0x08b,
    VC_EXIT_MWAIT_COND  = 0x08c,
    VC_EXIT_RDPRU       = 0x08e,
    VC_EXIT_NPF         = 0x400,
    VC_EXIT_NOT_VALIDATED = 0x404,
};

/* 56421 section 4.1, non-automatic exits: those that software defines */
enum {
    GHCB_EXIT_MMIO_READ         = 0x80000001,
    GHCB_EXIT_MMIO_WRITE        = 0x80000002,
    GHCB_EXIT_NMI_COMPLETE      = 0x80000003,
    GHCB_EXIT_AP_RESET_HOLD     = 0x80000004,
    GHCB_EXIT_AP_JUMP_TABLE     = 0x80000005,
    GHCB_EXIT_PSC               = 0x80000010,
    GHCB_EXIT_GUEST_REQUEST     = 0x80000011,
    GHCB_EXIT_EXT_GUEST_REQUEST = 0x80000012,
    GHCB_EXIT_AP_CREATION       = 0x80000013,
    GHCB_EXIT_HV_DOORBELL       = 0x80000014,
    GHCB_EXIT_HV_IPI            = 0x80000015,
    GHCB_EXIT_HV_TIMER          = 0x80000016,
    GHCB_EXIT_GET_APIC_IDS      = 0x80000017,
    GHCB_EXIT_RUN_VMPL          = 0x80000018,
    GHCB_EXIT_HV_FEATURES       = 0x8000fffd,
    GHCB_EXIT_TERM_REQUEST      = 0x8000fffe,
    GHCB_EXIT_UNSUPPORTED_EVENT = 0x8000ffff,
};

/* 56421 section 4.1.6, SNP page state change: in the scratch area */
typedef struct GhcbPscHeader {
    le16 cur_entry;             /* 0x0: in and out, the next to be done */
    le16 end_entry;             /* 0x2: in, the last */
    le32 reserved;              /* 0x4 */
} __attribute__((packed)) GhcbPscHeader;

#define GHCB_PSC_MAX_ENTRIES 253

/* A quadword: pages done in 11:0, GFN in 51:12, operation in 55:52, 2M in 56 */
#define GHCB_PSC_CUR_PAGE_MASK   0xfffull
#define GHCB_PSC_GFN_SHIFT       12
#define GHCB_PSC_GFN_MASK        0xffffffffffull
#define GHCB_PSC_OP_SHIFT        52
#define GHCB_PSC_OP_MASK         0xfull
#define GHCB_PSC_2M              (1ull << 56)

/* Operations of a page state change, also of that by MSR */
enum {
    GHCB_PSC_OP_PRIVATE = 1,
    GHCB_PSC_OP_SHARED  = 2,
    GHCB_PSC_OP_PSMASH  = 3,
    GHCB_PSC_OP_UNSMASH = 4,
};

/* SW_EXITINFO2 of a page state change: what is wrong in bits 63:32 */
#define GHCB_PSC_ERROR_INVALID_HEADER (1ull << 32 | 1)
#define GHCB_PSC_ERROR_INVALID_ENTRY  (1ull << 32 | 2)
#define GHCB_PSC_ERROR_GENERIC        (0x100ull << 32)

/* VMPL to run by MSR: in 39:32; the answer's error, 0 for none, in 63:32 */
#define GHCB_MSR_VMPL_SHIFT          32
#define GHCB_MSR_VMPL_MASK           0xffull
#define GHCB_MSR_VMPL_ERROR_SHIFT    32

/* SW_EXITINFO1 of GHCB_EXIT_AP_CREATION: APIC ID in 63:32, VMPL in 19:16 */
#define GHCB_AP_VMPL_SHIFT     16
#define GHCB_AP_VMPL_MASK      0xfull
#define GHCB_AP_REQUEST_MASK   0xffffull
#define GHCB_AP_CREATE_ON_INIT 0
#define GHCB_AP_CREATE         1
#define GHCB_AP_DESTROY        2

/* SW_EXITINFO1 of GHCB_EXIT_HV_DOORBELL */
#define GHCB_DOORBELL_PREFERRED 0       /* its GPA, or all ones */
#define GHCB_DOORBELL_SET       1       /* to SW_EXITINFO2 */
#define GHCB_DOORBELL_QUERY     2
#define GHCB_DOORBELL_CLEAR     3

/* 56421 section 5, #HV doorbell page: its beginning */
typedef struct GhcbDoorbell {
    uint8_t vector;             /* 0x0: pending, 0 for none */
    uint8_t flags;              /* 0x1: GHCB_DOORBELL_* */
    uint8_t no_eoi_required;    /* 0x2: bit 0 */
    uint8_t vmpl_events;        /* 0x3: of less privileged VMPLs */
} __attribute__((packed)) GhcbDoorbell;

#define GHCB_DOORBELL_NMI               (1u << 0)
#define GHCB_DOORBELL_MACHINE_CHECK     (1u << 1)
#define GHCB_DOORBELL_NO_FURTHER_SIGNAL (1u << 7)

/* SW_EXITINFO2 of a guest request: the hypervisor's error in 63:32 */
#define GHCB_GUEST_REQUEST_INVALID_LEN (1ull << 32)
#define GHCB_GUEST_REQUEST_BUSY        (2ull << 32)

/* SW_EXITINFO1 of GHCB_EXIT_AP_JUMP_TABLE */
#define GHCB_AP_JUMP_TABLE_SET 0
#define GHCB_AP_JUMP_TABLE_GET 1

/* SW_EXITINFO1 bits 31:0 of an answer */
#define GHCB_RESP_NO_ACTION       0
#define GHCB_RESP_ISSUE_EXCEPTION 1     /* SW_EXITINFO2 as EVENTINJ */
#define GHCB_RESP_MALFORMED_INPUT 2     /* SW_EXITINFO2: GHCB_ERR_* */

/* EVENTINJ (APM volume 2, section 15.20): vector in 7:0, error code in 63:32 */
#define GHCB_EVENT_TYPE_EXCEPTION (3u << 8)
#define GHCB_EVENT_ERROR_VALID    (1u << 11)
#define GHCB_EVENT_VALID          (1u << 31)

/* 56421 section 4.1, reasons for GHCB_RESP_MALFORMED_INPUT */
enum {
    GHCB_ERR_NOT_REGISTERED       = 1,
    GHCB_ERR_INVALID_USAGE        = 2,
    GHCB_ERR_INVALID_SCRATCH_AREA = 3,
    GHCB_ERR_MISSING_INPUT        = 4,
    GHCB_ERR_INVALID_INPUT        = 5,
    GHCB_ERR_INVALID_EVENT        = 6,
};

/* SW_EXITINFO1 of VC_EXIT_IOIO (APM volume 2, section 15.10.2) */
#define GHCB_IOIO_IN              (1u << 0)
#define GHCB_IOIO_STRING          (1u << 2)
#define GHCB_IOIO_REP             (1u << 3)
#define GHCB_IOIO_SIZE_SHIFT      4     /* one bit of three: 1, 2, 4 bytes */
#define GHCB_IOIO_SIZE_MASK       (7u << GHCB_IOIO_SIZE_SHIFT)
#define GHCB_IOIO_PORT_SHIFT      16

/* 56421 section 2.3.1, termination: who names the reasons */
#define GHCB_TERM_SET_GENERAL     0
#define GHCB_TERM_SET_LINUX       1

#endif
