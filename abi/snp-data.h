/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines what commands of AMD's SEV-SNP firmware ABI (publication 56860)
 * point to, what the launch digest is made over, and what the guest owner
 * makes. Numbers are little-endian.
 */

#ifndef ABI_SNP_DATA_H
#define ABI_SNP_DATA_H

#include <stdint.h>

#include "abi/le.h"

#define SNP_PAGE_SIZE   4096
#define SNP_DIGEST_SIZE 48      /* SHA-384 */

/*
 * 56860 section 2.2, TCB_VERSION, a u64: security version numbers, a byte
 * each, which generations of processors have in different places. One is not
 * above another if none of its bytes is.
 */
#define SNP_TCB_SIZE 8

typedef union SnpTcbVersion {
    uint8_t byte[SNP_TCB_SIZE];
    struct {                    /* Milan and Genoa */
        uint8_t boot_loader;    /* 0x0 */
        uint8_t tee;            /* 0x1 */
        uint8_t reserved[4];    /* 0x2 */
        uint8_t snp;            /* 0x6: of this firmware */
        uint8_t microcode;      /* 0x7: least patch level of all cores */
    } milan;
    struct {                    /* Turin and later */
        uint8_t fmc;            /* 0x0: first mutable code */
        uint8_t boot_loader;    /* 0x1 */
        uint8_t tee;            /* 0x2 */
        uint8_t snp;            /* 0x3 */
        uint8_t reserved[3];    /* 0x4 */
        uint8_t microcode;      /* 0x7 */
    } turin;
} SnpTcbVersion;

/* 56860 chapter 8, what SNP_PLATFORM_STATUS writes */
typedef struct SnpPlatformStatus {
    uint8_t api_major;          /* 0x00 */
    uint8_t api_minor;          /* 0x01 */
    uint8_t state;              /* 0x02: SNP_PSTATE_* */
    uint8_t rmp;                /* 0x03: bit 0, the RMP is initialized */
    le32 build_id;              /* 0x04 */
    le32 flags;                 /* 0x08: SNP_STATUS_* */
    le32 guest_count;           /* 0x0c: guest contexts */
    SnpTcbVersion current_tcb;  /* 0x10 */
    SnpTcbVersion reported_tcb; /* 0x18 */
} __attribute__((packed)) SnpPlatformStatus;

#define SNP_STATUS_RMP_INITIALIZED 0x01u        /* of rmp */
#define SNP_STATUS_MASK_CHIP_ID    (1u << 0)    /* of flags */
#define SNP_STATUS_MASK_CHIP_KEY   (1u << 1)
#define SNP_STATUS_VLEK            (1u << 2)
#define SNP_STATUS_FEATURE_INFO    (1u << 3)
#define SNP_STATUS_RAPL_DIS        (1u << 4)

/*
 * 56860 chapter 8, what SNP_FEATURE_INFO writes: what CPUID Fn8000_0024 would
 * answer, if cores had it
 */
typedef struct SnpFeatureInfo {
    le32 eax;                   /* 0x0 */
    le32 ebx;                   /* 0x4: SNP_FEATURE_EBX_* */
    le32 ecx;                   /* 0x8: SNP_FEATURE_ECX_* */
    le32 edx;                   /* 0xc */
} __attribute__((packed)) SnpFeatureInfo;

/* Of subfunction 0, as <linux/psp-sev.h> and its users know them */
#define SNP_FEATURE_EBX_SEV               (1u << 0) /* SEV's commands */
#define SNP_FEATURE_EBX_TIO               (1u << 1) /* trusted I/O */
#define SNP_FEATURE_ECX_X86_SHUTDOWN      (1u << 1)
#define SNP_FEATURE_ECX_RAPL_DIS          (1u << 2)
#define SNP_FEATURE_ECX_CIPHERTEXT_HIDING (1u << 3)
#define SNP_FEATURE_ECX_MEM_AES_256_XTS   (1u << 4) /* in policies */
#define SNP_FEATURE_ECX_CXL_ALLOW         (1u << 5) /* in policies */

/*
 * 56860 section 8.30, SNP_VLEK_LOAD: a key of the provider's, sealed for one
 * chip and one TCB by AES-256-GCM
 */
#define SNP_VLEK_WRAPPED_SIZE 384

typedef struct SnpVlekHashstick {
    uint8_t iv[12];             /* 0x000 */
    uint8_t reserved1[4];       /* 0x00c */
    uint8_t wrapped[SNP_VLEK_WRAPPED_SIZE]; /* 0x010 */
    SnpTcbVersion tcb;          /* 0x190: authenticated beside it */
    uint8_t reserved2[8];       /* 0x198 */
    uint8_t tag[16];            /* 0x1a0 */
} __attribute__((packed)) SnpVlekHashstick;

/* 56860 chapter 8, what SNP_GUEST_STATUS writes */
typedef struct SnpGuestStatus {
    le64 policy;                /* 0x00: SNP_GPOLICY_* */
    le32 asid;                  /* 0x08: 0 if not activated */
    uint8_t state;              /* 0x0c: SNP_GSTATE_* */
    uint8_t reserved[3];        /* 0x0d */
} __attribute__((packed)) SnpGuestStatus;

/*
 * 56860 section 8.17.2, PAGE_INFO: for each page, the next launch digest is
 * SHA-384 of this.
 */
typedef struct SnpPageInfo {
    uint8_t digest[SNP_DIGEST_SIZE];    /* 0x00: so far */
    uint8_t contents[SNP_DIGEST_SIZE];  /* 0x30: of the page, or zeros */
    le16 len;                   /* 0x60: of this, 0x70 */
    uint8_t page_type;          /* 0x62: SNP_PAGE_TYPE_* */
    uint8_t imi_page;           /* 0x63: bit 0 */
    uint8_t reserved;           /* 0x64 */
    uint8_t vmpl1_perms;        /* 0x65: as in SnpCmdLaunchUpdate */
    uint8_t vmpl2_perms;        /* 0x66 */
    uint8_t vmpl3_perms;        /* 0x67 */
    le64 gpa;                   /* 0x68 */
} __attribute__((packed)) SnpPageInfo;

/* 56860 section 8.17.2.5: the secrets page, written by firmware */
#define SNP_VMPCK_SIZE 32
#define SNP_VMPCKS     4
#define SNP_SECRETS_VERSION 3

typedef struct SnpSecretsPage {
    le32 version;               /* 0x000: SNP_SECRETS_VERSION */
    le32 imi;                   /* 0x004: bit 0, an IMI is there */
    le32 fms;                   /* 0x008: CPUID Fn0000_0001 EAX */
    le32 reserved1;             /* 0x00c */
    uint8_t gosvw[16];          /* 0x010: as of SNP_LAUNCH_START */
    uint8_t vmpck[SNP_VMPCKS][SNP_VMPCK_SIZE]; /* 0x020: guest messages */
    uint8_t guest_area1[0x60];  /* 0x0a0: for the guest; 56421 section 2.7 */
    uint8_t vmsa_tweak[0x40];   /* 0x100: bitmap */
    uint8_t guest_area2[0x20];  /* 0x140: for the guest: where its SVSM is */
    le32 tsc_factor;            /* 0x160: guests with Secure TSC */
    uint8_t reserved2[0xe9c];   /* 0x164 */
} __attribute__((packed)) SnpSecretsPage;

/* 56860 section 8.17.2.6: the CPUID page */
#define SNP_CPUID_MAX_ENTRIES 64

typedef struct SnpCpuidEntry {
    le32 eax_in;                /* 0x00 */
    le32 ecx_in;                /* 0x04 */
    le64 xcr0_in;               /* 0x08 */
    le64 xss_in;                /* 0x10 */
    le32 eax;                   /* 0x18 */
    le32 ebx;                   /* 0x1c */
    le32 ecx;                   /* 0x20 */
    le32 edx;                   /* 0x24 */
    le64 reserved;              /* 0x28 */
} __attribute__((packed)) SnpCpuidEntry;

typedef struct SnpCpuidPage {
    le32 count;                 /* 0x000: entries that are used */
    le32 reserved1;             /* 0x004 */
    le64 reserved2;             /* 0x008 */
    SnpCpuidEntry entry[SNP_CPUID_MAX_ENTRIES]; /* 0x010 */
    uint8_t reserved3[0x3f0];   /* 0xc10 */
} __attribute__((packed)) SnpCpuidPage;

/* 56860 section 8.18, ID block: what the guest owner expects */
typedef struct SnpIdBlock {
    uint8_t launch_digest[SNP_DIGEST_SIZE]; /* 0x00 */
    uint8_t family_id[16];      /* 0x30 */
    uint8_t image_id[16];       /* 0x40 */
    le32 version;               /* 0x50: SNP_ID_BLOCK_VERSION */
    le32 guest_svn;             /* 0x54 */
    le64 policy;                /* 0x58: SNP_GPOLICY_* */
} __attribute__((packed)) SnpIdBlock;

#define SNP_ID_BLOCK_VERSION 1

/* 56860 chapter 10, Digital Signatures: numbers are little-endian */
#define SNP_ALGO_ECDSA_P384_SHA384 1
#define SNP_CURVE_P384             2

typedef struct SnpPublicKey {
    le32 curve;                 /* 0x00: SNP_CURVE_* */
    uint8_t x[72];              /* 0x04 */
    uint8_t y[72];              /* 0x4c */
    uint8_t reserved[0x370];    /* 0x94 */
} __attribute__((packed)) SnpPublicKey;

typedef struct SnpSignature {
    uint8_t r[72];              /* 0x00 */
    uint8_t s[72];              /* 0x48 */
    uint8_t reserved[0x170];    /* 0x90 */
} __attribute__((packed)) SnpSignature;

/* 56860 section 8.18, ID authentication information structure */
typedef struct SnpIdAuth {
    le32 id_key_algo;           /* 0x000: SNP_ALGO_* */
    le32 author_key_algo;       /* 0x004: SNP_ALGO_* */
    uint8_t reserved1[0x38];    /* 0x008 */
    SnpSignature id_block_sig;  /* 0x040: of the ID block, by the ID key */
    SnpPublicKey id_key;        /* 0x240 */
    uint8_t reserved2[0x3c];    /* 0x644 */
    SnpSignature id_key_sig;    /* 0x680: of id_key, by the author's key */
    SnpPublicKey author_key;    /* 0x880 */
    uint8_t reserved3[0x37c];   /* 0xc84 */
} __attribute__((packed)) SnpIdAuth;

#endif
