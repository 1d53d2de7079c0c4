/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines the VM save area of SEV-ES and SEV-SNP guests: all of a vCPU that
 * its hypervisor no longer sees (APM volume 2, appendix B, table B-4). Numbers
 * are little-endian.
 */

#ifndef ABI_VMSA_H
#define ABI_VMSA_H

#include <stdint.h>

#define SEV_VMSA_SIZE 4096

typedef struct SevVmsaSegment {
    uint16_t selector;          /* 0x0 */
    uint16_t attrib;            /* 0x2: VMSA_ATTRIB_*; packed, 12 bits */
    uint32_t limit;             /* 0x4: expanded, in bytes */
    uint64_t base;              /* 0x8 */
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
    uint64_t pl_ssp[4];         /* 0x0a0: PL0_SSP to PL3_SSP */
    uint64_t u_cet;             /* 0x0c0 */
    uint8_t reserved_0x0c8[2];
    uint8_t vmpl;               /* 0x0ca */
    uint8_t cpl;                /* 0x0cb */
    uint8_t reserved_0x0cc[4];
    uint64_t efer;              /* 0x0d0 */
    uint8_t reserved_0x0d8[0x68];
    uint64_t xss;               /* 0x140 */
    uint64_t cr4;               /* 0x148 */
    uint64_t cr3;               /* 0x150 */
    uint64_t cr0;               /* 0x158 */
    uint64_t dr7;               /* 0x160 */
    uint64_t dr6;               /* 0x168 */
    uint64_t rflags;            /* 0x170 */
    uint64_t rip;               /* 0x178 */
    uint64_t dr[4];             /* 0x180: DR0 to DR3 */
    uint64_t dr_addr_mask[4];   /* 0x1a0 */
    uint8_t reserved_0x1c0[0x18];
    uint64_t rsp;               /* 0x1d8 */
    uint64_t s_cet;             /* 0x1e0 */
    uint64_t ssp;               /* 0x1e8 */
    uint64_t isst_addr;         /* 0x1f0 */
    uint64_t rax;               /* 0x1f8 */
    uint64_t star;              /* 0x200 */
    uint64_t lstar;             /* 0x208 */
    uint64_t cstar;             /* 0x210 */
    uint64_t sfmask;            /* 0x218 */
    uint64_t kernel_gs_base;    /* 0x220 */
    uint64_t sysenter_cs;       /* 0x228 */
    uint64_t sysenter_esp;      /* 0x230 */
    uint64_t sysenter_eip;      /* 0x238 */
    uint64_t cr2;               /* 0x240 */
    uint8_t reserved_0x248[0x20];
    uint64_t g_pat;             /* 0x268 */
    uint64_t dbgctl;            /* 0x270 */
    uint64_t br_from;           /* 0x278 */
    uint64_t br_to;             /* 0x280 */
    uint64_t last_excp_from;    /* 0x288 */
    uint64_t last_excp_to;      /* 0x290 */
    uint8_t reserved_0x298[0x50];
    uint32_t pkru;              /* 0x2e8 */
    uint32_t tsc_aux;           /* 0x2ec */
    uint64_t guest_tsc_scale;   /* 0x2f0 */
    uint64_t guest_tsc_offset;  /* 0x2f8 */
    uint64_t reg_prot_nonce;    /* 0x300 */
    uint64_t rcx;               /* 0x308 */
    uint64_t rdx;               /* 0x310 */
    uint64_t rbx;               /* 0x318 */
    uint64_t reserved_0x320;
    uint64_t rbp;               /* 0x328 */
    uint64_t rsi;               /* 0x330 */
    uint64_t rdi;               /* 0x338 */
    uint64_t r8_15[8];          /* 0x340: R8 to R15 */
    uint8_t reserved_0x380[0x10];
    uint64_t guest_exit_info_1; /* 0x390 */
    uint64_t guest_exit_info_2; /* 0x398 */
    uint64_t guest_exit_int_info;   /* 0x3a0 */
    uint64_t guest_nrip;        /* 0x3a8 */
    uint64_t sev_features;      /* 0x3b0: VMSA_SEV_FEATURE_* */
    uint64_t vintr_ctrl;        /* 0x3b8 */
    uint64_t guest_exit_code;   /* 0x3c0 */
    uint64_t virtual_tom;       /* 0x3c8 */
    uint64_t tlb_id;            /* 0x3d0 */
    uint64_t pcpu_id;           /* 0x3d8 */
    uint64_t event_inj;         /* 0x3e0 */
    uint64_t xcr0;              /* 0x3e8 */
    uint8_t reserved_0x3f0[0x10];
    uint64_t x87_dp;            /* 0x400 */
    uint32_t mxcsr;             /* 0x408 */
    uint16_t x87_ftw;           /* 0x40c */
    uint16_t x87_fsw;           /* 0x40e */
    uint16_t x87_fcw;           /* 0x410 */
    uint16_t x87_fop;           /* 0x412 */
    uint16_t x87_ds;            /* 0x414 */
    uint16_t x87_cs;            /* 0x416 */
    uint64_t x87_rip;           /* 0x418 */
    uint8_t fpreg_x87[80];      /* 0x420: 10 bytes each */
    uint8_t fpreg_xmm[256];     /* 0x470: 16 bytes each */
    uint8_t fpreg_ymm[256];     /* 0x570: the upper 16 bytes of each */
    uint8_t reserved_0x670[0x990];
} __attribute__((packed)) SevVmsa;

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
