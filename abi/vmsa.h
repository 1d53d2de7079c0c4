/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines the VM save area of SEV-ES and SEV-SNP guests: all of a vCPU that
 * its hypervisor no longer sees (APM volume 2, appendix B, table B-4). Numbers
 * are little-endian.
 */

#ifndef ABI_VMSA_H
#define ABI_VMSA_H

#include <stdint.h>

#include "abi/le.h"

#define SEV_VMSA_SIZE 4096

typedef struct SevVmsaSegment {
    le16 selector;              /* 0x0 */
    le16 attrib;                /* 0x2: VMSA_ATTRIB_*; packed, 12 bits */
    le32 limit;                 /* 0x4: expanded, in bytes */
    le64 base;                  /* 0x8 */
} __attribute__((packed)) SevVmsaSegment;

/* Where a descriptor's bits 55:52 and 47:40 go (APM section 15.5.1) */
#define VMSA_ATTRIB_LOW_SHIFT  8    /* of a descriptor's upper half: 7:0 */
#define VMSA_ATTRIB_HIGH_SHIFT 12   /* 11:8 */

typedef struct SevVmsa {
    SevVmsaSegment es;          /* 0x000 */
    SevVmsaSegment cs;          /* 0x010 */
    SevVmsaSegment ss;          /* 0x020 */
    SevVmsaSegment ds;          /* 0x030 */
    SevVmsaSegment fs;          /* 0x040 */
    SevVmsaSegment gs;          /* 0x050 */
    SevVmsaSegment gdtr;        /* 0x060 */
    SevVmsaSegment ldtr;        /* 0x070 */
    SevVmsaSegment idtr;        /* 0x080 */
    SevVmsaSegment tr;          /* 0x090 */
    le64 pl_ssp[4];             /* 0x0a0: PL0_SSP to PL3_SSP */
    le64 u_cet;                 /* 0x0c0 */
    uint8_t reserved_0x0c8[2];
    uint8_t vmpl;               /* 0x0ca */
    uint8_t cpl;                /* 0x0cb */
    uint8_t reserved_0x0cc[4];
    le64 efer;                  /* 0x0d0 */
    uint8_t reserved_0x0d8[0x68];
    le64 xss;                   /* 0x140 */
    le64 cr4;                   /* 0x148 */
    le64 cr3;                   /* 0x150 */
    le64 cr0;                   /* 0x158 */
    le64 dr7;                   /* 0x160 */
    le64 dr6;                   /* 0x168 */
    le64 rflags;                /* 0x170 */
    le64 rip;                   /* 0x178 */
    le64 dr[4];                 /* 0x180: DR0 to DR3 */
    le64 dr_addr_mask[4];       /* 0x1a0 */
    uint8_t reserved_0x1c0[0x18];
    le64 rsp;                   /* 0x1d8 */
    le64 s_cet;                 /* 0x1e0 */
    le64 ssp;                   /* 0x1e8 */
    le64 isst_addr;             /* 0x1f0 */
    le64 rax;                   /* 0x1f8 */
    le64 star;                  /* 0x200 */
    le64 lstar;                 /* 0x208 */
    le64 cstar;                 /* 0x210 */
    le64 sfmask;                /* 0x218 */
    le64 kernel_gs_base;        /* 0x220 */
    le64 sysenter_cs;           /* 0x228 */
    le64 sysenter_esp;          /* 0x230 */
    le64 sysenter_eip;          /* 0x238 */
    le64 cr2;                   /* 0x240 */
    uint8_t reserved_0x248[0x20];
    le64 g_pat;                 /* 0x268 */
    le64 dbgctl;                /* 0x270 */
    le64 br_from;               /* 0x278 */
    le64 br_to;                 /* 0x280 */
    le64 last_excp_from;        /* 0x288 */
    le64 last_excp_to;          /* 0x290 */
    uint8_t reserved_0x298[0x50];
    le32 pkru;                  /* 0x2e8 */
    le32 tsc_aux;               /* 0x2ec */
    le64 guest_tsc_scale;       /* 0x2f0 */
    le64 guest_tsc_offset;      /* 0x2f8 */
    le64 reg_prot_nonce;        /* 0x300 */
    le64 rcx;                   /* 0x308 */
    le64 rdx;                   /* 0x310 */
    le64 rbx;                   /* 0x318 */
    le64 reserved_0x320;
    le64 rbp;                   /* 0x328 */
    le64 rsi;                   /* 0x330 */
    le64 rdi;                   /* 0x338 */
    le64 r8_15[8];              /* 0x340: R8 to R15 */
    uint8_t reserved_0x380[0x10];
    le64 guest_exit_info_1;     /* 0x390 */
    le64 guest_exit_info_2;     /* 0x398 */
    le64 guest_exit_int_info;   /* 0x3a0 */
    le64 guest_nrip;            /* 0x3a8 */
    le64 sev_features;          /* 0x3b0: VMSA_SEV_FEATURE_* */
    le64 vintr_ctrl;            /* 0x3b8 */
    le64 guest_exit_code;       /* 0x3c0 */
    le64 virtual_tom;           /* 0x3c8 */
    le64 tlb_id;                /* 0x3d0 */
    le64 pcpu_id;               /* 0x3d8 */
    le64 event_inj;             /* 0x3e0 */
    le64 xcr0;                  /* 0x3e8 */
    uint8_t reserved_0x3f0[0x10];
    le64 x87_dp;                /* 0x400 */
    le32 mxcsr;                 /* 0x408 */
    le16 x87_ftw;               /* 0x40c */
    le16 x87_fsw;               /* 0x40e */
    le16 x87_fcw;               /* 0x410 */
    le16 x87_fop;               /* 0x412 */
    le16 x87_ds;                /* 0x414 */
    le16 x87_cs;                /* 0x416 */
    le64 x87_rip;               /* 0x418 */
    uint8_t fpreg_x87[80];      /* 0x420: 10 bytes each */
    uint8_t fpreg_xmm[256];     /* 0x470: 16 bytes each */
    uint8_t fpreg_ymm[256];     /* 0x570: the upper 16 bytes of each */
    uint8_t reserved_0x670[0x990];
} __attribute__((packed)) SevVmsa;

/* GUEST_EXIT_CODE: exits that end what a VMPL does (APM volume 2, app. C) */
#define VMSA_EXIT_INTR    0x060
#define VMSA_EXIT_VMGEXIT 0x403

/* SEV_FEATURES, also what SEV_STATUS shows from bit 2 on (APM 15.34.10) */
#define VMSA_SEV_FEATURE_SNP_ACTIVE           (1ull << 0)
#define VMSA_SEV_FEATURE_VTOM                 (1ull << 1)
#define VMSA_SEV_FEATURE_REFLECT_VC           (1ull << 2)
#define VMSA_SEV_FEATURE_RESTRICTED_INJECTION (1ull << 3)
#define VMSA_SEV_FEATURE_ALTERNATE_INJECTION  (1ull << 4)
#define VMSA_SEV_FEATURE_DEBUG_SWAP           (1ull << 5)
#define VMSA_SEV_FEATURE_PREVENT_HOST_IBS     (1ull << 6)
#define VMSA_SEV_FEATURE_BTB_ISOLATION        (1ull << 7)
#define VMSA_SEV_FEATURE_VMPL_SSS             (1ull << 8)
#define VMSA_SEV_FEATURE_SECURE_TSC           (1ull << 9)
#define VMSA_SEV_FEATURE_VMGEXIT_PARAMETER    (1ull << 10)
#define VMSA_SEV_FEATURE_IBS_VIRTUALIZATION   (1ull << 12)
#define VMSA_SEV_FEATURE_VMSA_REG_PROT        (1ull << 14)
#define VMSA_SEV_FEATURE_SMT_PROTECTION       (1ull << 15)

#endif
