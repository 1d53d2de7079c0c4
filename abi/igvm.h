/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines the format of IGVM files (Independent Guest Virtual Machine): what a
 * guest's memory and first registers are, for one or several platforms. As
 * its authors publish it (the crate igvm_defs); all is little-endian.
 *
 * A file is a fixed header, variable headers, and data that those point to.
 * A variable header is an IgvmVhdr, so many bytes as it tells, and what there
 * is to the next multiple of 8. Those of one section (platforms, then
 * initialization, then directives) come together, in that order. One with a
 * compatibility mask is for the platforms that have a bit of it.
 */

#ifndef ABI_IGVM_H
#define ABI_IGVM_H

#include <stdint.h>

#include "abi/le.h"

#define IGVM_MAGIC      0x4d564749      /* "IGVM" in memory */
#define IGVM_PAGE_SIZE  4096
#define IGVM_LARGE_SIZE (2 * 1024 * 1024)

typedef struct IgvmFixedHeader {
    le32 magic;                         /* 0x00: IGVM_MAGIC */
    le32 version;                       /* 0x04: 1 or 2 */
    le32 vhdr_offset;                   /* 0x08: of the variable headers */
    le32 vhdr_size;                     /* 0x0c: of all of them */
    le32 file_size;                     /* 0x10 */
    le32 checksum;                      /* 0x14: CRC-32 of the fixed header,
                                           with 0 here, and the variable */
    /* Version 1 ends here */
    le32 arch;                          /* 0x18: IGVM_ARCH_* */
    le32 page_size;                     /* 0x1c */
} __attribute__((packed)) IgvmFixedHeader;

#define IGVM_FIXED_HEADER_SIZE_1 0x18

enum {
    IGVM_ARCH_X64 = 0,
    IGVM_ARCH_AARCH64 = 1,
};

typedef struct IgvmVhdr {
    le32 type;                          /* 0x00: IGVM_VHT_*, or with _OPTIONAL */
    le32 len;                           /* 0x04: of what follows */
} __attribute__((packed)) IgvmVhdr;

#define IGVM_VHDR_ALIGN   8
#define IGVM_VHT_OPTIONAL (1u << 31)    /* may be skipped by who knows it not */

enum {
    IGVM_VHT_SUPPORTED_PLATFORM      = 0x001,   /* IgvmPlatform */
    IGVM_VHT_LAST_PLATFORM           = 0x100,
    IGVM_VHT_GUEST_POLICY            = 0x101,   /* IgvmPolicy */
    IGVM_VHT_RELOCATABLE_REGION      = 0x102,   /* IgvmRelocatable */
    IGVM_VHT_PAGE_TABLE_RELOCATION   = 0x103,   /* IgvmPageTableRelocation */
    IGVM_VHT_CORIM_DOCUMENT          = 0x104,   /* IgvmCorim */
    IGVM_VHT_CORIM_SIGNATURE         = 0x105,   /* IgvmCorim */
    IGVM_VHT_LAST_INITIALIZATION     = 0x200,
    IGVM_VHT_PARAMETER_AREA          = 0x301,   /* IgvmParameterArea */
    IGVM_VHT_PAGE_DATA               = 0x302,   /* IgvmPageData */
    IGVM_VHT_PARAMETER_INSERT        = 0x303,   /* IgvmParameterInsert */
    IGVM_VHT_VP_CONTEXT              = 0x304,   /* IgvmVpContext */
    IGVM_VHT_REQUIRED_MEMORY         = 0x305,   /* IgvmRequiredMemory */
    IGVM_VHT_VP_COUNT                = 0x307,   /* IgvmParameter, as SRAT to */
    IGVM_VHT_SRAT                    = 0x308,   /* MMIO_RANGES, and those that */
    IGVM_VHT_MADT                    = 0x309,   /* tell nothing else */
    IGVM_VHT_MMIO_RANGES             = 0x30a,
    IGVM_VHT_SNP_ID_BLOCK            = 0x30b,   /* IgvmSnpIdBlock */
    IGVM_VHT_MEMORY_MAP              = 0x30c,
    IGVM_VHT_ERROR_RANGE             = 0x30d,   /* IgvmErrorRange */
    IGVM_VHT_COMMAND_LINE            = 0x30e,
    IGVM_VHT_SLIT                    = 0x30f,
    IGVM_VHT_PPTT                    = 0x310,
    IGVM_VHT_VBS_MEASUREMENT         = 0x311,   /* IgvmVbsMeasurement */
    IGVM_VHT_DEVICE_TREE             = 0x312,
    IGVM_VHT_ENVIRONMENT_INFO        = 0x313,
    IGVM_VHT_LAST_DIRECTIVE          = 0x400,
};

enum {
    IGVM_PLATFORM_NATIVE  = 0,
    IGVM_PLATFORM_VSM     = 1,
    IGVM_PLATFORM_SEV_SNP = 2,
    IGVM_PLATFORM_TDX     = 3,
    IGVM_PLATFORM_SEV     = 4,
    IGVM_PLATFORM_SEV_ES  = 5,
    IGVM_PLATFORM_CCA     = 6,
};

#define IGVM_PLATFORM_VERSION 1         /* of each */

typedef struct IgvmPlatform {
    le32 mask;                          /* 0x00: one bit, this platform's */
    uint8_t highest_vtl;                /* 0x04: 0 or 2 */
    uint8_t type;                       /* 0x05: IGVM_PLATFORM_* */
    le16 version;                       /* 0x06: IGVM_PLATFORM_VERSION */
    le64 shared_gpa_boundary;           /* 0x08: vTOM, or 0 */
} __attribute__((packed)) IgvmPlatform;

typedef struct IgvmPolicy {
    le64 policy;                        /* 0x00: SNP_GPOLICY_* for SEV-SNP */
    le32 mask;                          /* 0x08 */
    le32 reserved;                      /* 0x0c */
} __attribute__((packed)) IgvmPolicy;

typedef struct IgvmRelocatable {
    le32 mask;                          /* 0x00 */
    le16 vp_index;                      /* 0x04 */
    uint8_t vtl;                        /* 0x06 */
    uint8_t flags;                      /* 0x07 */
    le64 alignment;                     /* 0x08 */
    le64 gpa;                           /* 0x10 */
    le64 size;                          /* 0x18 */
    le64 lowest_gpa;                    /* 0x20 */
    le64 highest_gpa;                   /* 0x28 */
} __attribute__((packed)) IgvmRelocatable;

typedef struct IgvmPageTableRelocation {
    le32 mask;                          /* 0x00 */
    le16 vp_index;                      /* 0x04 */
    uint8_t vtl;                        /* 0x06 */
    uint8_t reserved;                   /* 0x07 */
    le64 gpa;                           /* 0x08 */
    le64 size;                          /* 0x10 */
    le64 used_size;                     /* 0x18 */
} __attribute__((packed)) IgvmPageTableRelocation;

typedef struct IgvmCorim {
    le32 mask;                          /* 0x00 */
    le32 file_offset;                   /* 0x04 */
    le32 size;                          /* 0x08 */
    le32 reserved;                      /* 0x0c */
} __attribute__((packed)) IgvmCorim;

/* Memory of the loader's, which parameters are written to */
typedef struct IgvmParameterArea {
    le64 size;                          /* 0x00: whole pages */
    le32 index;                         /* 0x08 */
    le32 file_offset;                   /* 0x0c: first content, or 0: zeros */
} __attribute__((packed)) IgvmParameterArea;

enum {
    IGVM_PAGE_2M         = 1 << 0,      /* 2 MiB instead of 4 KiB */
    IGVM_PAGE_UNMEASURED = 1 << 1,
    IGVM_PAGE_SHARED     = 1 << 2,
    IGVM_PAGE_FLAGS      = (1 << 3) - 1,
};

enum {
    IGVM_PAGE_TYPE_NORMAL   = 0,
    IGVM_PAGE_TYPE_SECRETS  = 1,
    IGVM_PAGE_TYPE_CPUID    = 2,
    IGVM_PAGE_TYPE_CPUID_XF = 3,
};

typedef struct IgvmPageData {
    le64 gpa;                           /* 0x00 */
    le32 mask;                          /* 0x08 */
    le32 file_offset;                   /* 0x0c: 0: zeros */
    le32 flags;                         /* 0x10: IGVM_PAGE_* */
    le16 data_type;                     /* 0x14: IGVM_PAGE_TYPE_* */
    le16 reserved;                      /* 0x16 */
} __attribute__((packed)) IgvmPageData;

/* A parameter area becomes memory of the guest's, not measured. */
typedef struct IgvmParameterInsert {
    le64 gpa;                           /* 0x00 */
    le32 mask;                          /* 0x08 */
    le32 index;                         /* 0x0c */
} __attribute__((packed)) IgvmParameterInsert;

/* What is written to a parameter area: the header's type tells it. */
typedef struct IgvmParameter {
    le32 index;                         /* 0x00: of the area */
    le32 offset;                        /* 0x04: there */
} __attribute__((packed)) IgvmParameter;

/* First registers: with SEV-SNP and SEV-ES a save area of a page */
typedef struct IgvmVpContext {
    le64 gpa;                           /* 0x00 */
    le32 mask;                          /* 0x08 */
    le32 file_offset;                   /* 0x0c */
    le16 vp_index;                      /* 0x10 */
    le16 reserved;                      /* 0x12 */
} __attribute__((packed)) IgvmVpContext;

/* Without protection, that is IGVM_PLATFORM_NATIVE: registers of 64-bit mode */
typedef struct IgvmNativeContext {
    le64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;        /* 0x00 */
    le64 r8, r9, r10, r11, r12, r13, r14, r15;          /* 0x40 */
    le64 rip, rflags;                                   /* 0x80 */
    le64 idtr_base;                                     /* 0x90 */
    le16 idtr_limit;                                    /* 0x98 */
    le16 reserved[2];                                   /* 0x9a */
    le16 gdtr_limit;                                    /* 0x9e */
    le64 gdtr_base;                                     /* 0xa0 */
    le16 code_selector, code_attributes;                /* 0xa8 */
    le32 code_base, code_limit;                         /* 0xac */
    le16 data_selector, data_attributes;                /* 0xb4 */
    le32 data_base, data_limit;                         /* 0xb8 */
    le64 gs_base, cr0, cr3, cr4, efer;                  /* 0xc0 */
} __attribute__((packed)) IgvmNativeContext;

/* Memory that there has to be; not measured, of no certain content */
typedef struct IgvmRequiredMemory {
    le64 gpa;                           /* 0x00 */
    le32 mask;                          /* 0x08 */
    le32 size;                          /* 0x0c */
    le32 flags;                         /* 0x10: bit 0: VTL 2 can protect it */
    le32 reserved;                      /* 0x14 */
} __attribute__((packed)) IgvmRequiredMemory;

typedef struct IgvmErrorRange {
    le64 gpa;                           /* 0x00 */
    le32 mask;                          /* 0x08 */
    le32 size;                          /* 0x0c */
} __attribute__((packed)) IgvmErrorRange;

/* Numbers of a P-384 signature or point, as in SnpIdAuth */
typedef struct IgvmSnpSignature {
    uint8_t r[72], s[72];
} __attribute__((packed)) IgvmSnpSignature;

typedef struct IgvmSnpPublicKey {
    le32 curve;                         /* 0x00 */
    le32 reserved;                      /* 0x04 */
    uint8_t qx[72], qy[72];             /* 0x08 */
} __attribute__((packed)) IgvmSnpPublicKey;

/* For SNP_LAUNCH_FINISH; the policy is that of IgvmPolicy. */
typedef struct IgvmSnpIdBlock {
    le32 mask;                          /* 0x000 */
    uint8_t author_key_enabled;         /* 0x004 */
    uint8_t reserved[3];                /* 0x005 */
    uint8_t ld[48];                     /* 0x008 */
    uint8_t family_id[16];              /* 0x038 */
    uint8_t image_id[16];               /* 0x048 */
    le32 version;                       /* 0x058 */
    le32 guest_svn;                     /* 0x05c */
    le32 id_key_algorithm;              /* 0x060 */
    le32 author_key_algorithm;          /* 0x064 */
    IgvmSnpSignature id_key_signature;          /* 0x068 */
    IgvmSnpPublicKey id_public_key;             /* 0x0f8 */
    IgvmSnpSignature author_key_signature;      /* 0x190 */
    IgvmSnpPublicKey author_public_key;         /* 0x220 */
} __attribute__((packed)) IgvmSnpIdBlock;

typedef struct IgvmVbsMeasurement {
    le32 mask;                          /* 0x000 */
    le32 version, product_id, module_id;        /* 0x004 */
    le32 security_version, policy_flags;        /* 0x010 */
    le32 digest_algorithm, signing_algorithm;   /* 0x018 */
    uint8_t digest[64];                 /* 0x020 */
    uint8_t signature[256];             /* 0x060 */
    uint8_t public_key[512];            /* 0x160 */
} __attribute__((packed)) IgvmVbsMeasurement;

enum {
    IGVM_MEMORY           = 0,
    IGVM_MEMORY_RESERVED  = 1,
    IGVM_MEMORY_PERSISTENT = 2,
};

/* IGVM_VHT_MEMORY_MAP: by address, an entry of no pages ends it. */
typedef struct IgvmMemoryMapEntry {
    le64 first_page;                    /* 0x00: guest physical page number */
    le64 nr_pages;                      /* 0x08 */
    le16 type;                          /* 0x10: IGVM_MEMORY_* */
    le16 flags;                         /* 0x12 */
    le32 reserved;                      /* 0x14 */
} __attribute__((packed)) IgvmMemoryMapEntry;

/* IGVM_VHT_ENVIRONMENT_INFO: a le32 */
#define IGVM_ENVIRONMENT_MEMORY_IS_SHARED (1 << 0)

#endif
