/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines what SEV-SNP guests and firmware say to each other (publication
 * 56860, chapters 7 and 8, SNP_GUEST_REQUEST): the header of a message, and
 * the messages. Numbers are little-endian. Reserved bits must be zero.
 */

#ifndef ABI_SNP_MSG_H
#define ABI_SNP_MSG_H

#include <stdint.h>

#include "abi/le.h"
#include "abi/snp-data.h"

/*
 * A message has a page: this header, then the payload, encrypted by
 * AES-256-GCM. Authenticated beside it is the header from @algo on. The IV is
 * @seqno, followed by zeros.
 */
typedef struct SnpMsgHeader {
    uint8_t authtag[32];        /* 0x00: the tag, 16 bytes, then zeros */
    le64 seqno;                 /* 0x20: of this VMPCK; the first is 1 */
    le64 reserved1;             /* 0x28 */
    uint8_t algo;               /* 0x30: SNP_MSG_AES_256_GCM */
    uint8_t hdr_version;        /* 0x31: SNP_MSG_HDR_VERSION */
    le16 hdr_size;              /* 0x32: of this, 0x60 */
    uint8_t msg_type;           /* 0x34: SNP_MSG_* */
    uint8_t msg_version;        /* 0x35: SNP_MSG_VERSION */
    le16 msg_size;              /* 0x36: of the payload, bytes */
    le32 reserved2;             /* 0x38 */
    uint8_t msg_vmpck;          /* 0x3c: which VMPCK is the key */
    uint8_t reserved3[35];      /* 0x3d */
} __attribute__((packed)) SnpMsgHeader;

#define SNP_MSG_AES_256_GCM  1
#define SNP_MSG_HDR_VERSION  1
#define SNP_MSG_VERSION      1
#define SNP_MSG_TAG_SIZE     16
#define SNP_MSG_IV_SIZE      12
#define SNP_MSG_MAX_PAYLOAD  (SNP_PAGE_SIZE - sizeof(SnpMsgHeader))

/* 56860 chapter 8, Message Type Encodings */
enum {
    SNP_MSG_CPUID_REQ    = 1,
    SNP_MSG_CPUID_RSP    = 2,
    SNP_MSG_KEY_REQ      = 3,
    SNP_MSG_KEY_RSP      = 4,
    SNP_MSG_REPORT_REQ   = 5,
    SNP_MSG_REPORT_RSP   = 6,
    SNP_MSG_EXPORT_REQ   = 7,
    SNP_MSG_EXPORT_RSP   = 8,
    SNP_MSG_IMPORT_REQ   = 9,
    SNP_MSG_IMPORT_RSP   = 10,
    SNP_MSG_ABSORB_REQ   = 11,
    SNP_MSG_ABSORB_RSP   = 12,
    SNP_MSG_VMRK_REQ     = 13,
    SNP_MSG_VMRK_RSP     = 14,
    SNP_MSG_TSC_INFO_REQ = 17,
    SNP_MSG_TSC_INFO_RSP = 18,
};

/*
 * MSG_CPUID_REQ and MSG_CPUID_RSP: @count entries follow. Of the request
 * @status is reserved.
 */
typedef struct SnpMsgCpuid {
    le32 status;                /* 0x00: of the response */
    le32 count;                 /* 0x04: up to SNP_CPUID_MAX_ENTRIES */
    le64 reserved;              /* 0x08 */
    SnpCpuidEntry entry[];      /* 0x10 */
} __attribute__((packed)) SnpMsgCpuid;

/* MSG_KEY_REQ. Firmware before 1.58 knows no @mit_vector: 32 bytes. */
typedef struct SnpMsgKeyReq {
    le32 flags;                 /* 0x00: SNP_KEY_ROOT_VMRK, SNP_KEY_SEL_* */
    le32 reserved;              /* 0x04 */
    le64 fields;                /* 0x08: SNP_KEY_FIELD_* to mix in */
    le32 vmpl;                  /* 0x10: to mix in, not below the caller's */
    le32 guest_svn;             /* 0x14: not above the guest's */
    SnpTcbVersion tcb;          /* 0x18: not above the committed one */
    le64 mit_vector;            /* 0x20: launch mitigation vector */
} __attribute__((packed)) SnpMsgKeyReq;

#define SNP_KEY_REQ_SIZE_BEFORE_MIT 0x20

#define SNP_KEY_ROOT_VMRK      (1u << 0)    /* else the chip's key */
#define SNP_KEY_SEL_SHIFT      1            /* SNP_KEY_SEL_*, 2 bits */
#define SNP_KEY_FLAGS_RESERVED 0xfffffff8u

#define SNP_KEY_FIELD_POLICY      (1u << 0)
#define SNP_KEY_FIELD_IMAGE_ID    (1u << 1)
#define SNP_KEY_FIELD_FAMILY_ID   (1u << 2)
#define SNP_KEY_FIELD_MEASUREMENT (1u << 3)
#define SNP_KEY_FIELD_GUEST_SVN   (1u << 4)
#define SNP_KEY_FIELD_TCB         (1u << 5)
#define SNP_KEY_FIELD_MIT_VECTOR  (1u << 6)
#define SNP_KEY_FIELD_RESERVED    0xffffffffffffff80ull

#define SNP_DERIVED_KEY_SIZE 32

/* MSG_KEY_RSP */
typedef struct SnpMsgKeyRsp {
    le32 status;                /* 0x00 */
    uint8_t reserved[0x1c];     /* 0x04 */
    uint8_t key[SNP_DERIVED_KEY_SIZE];  /* 0x20 */
} __attribute__((packed)) SnpMsgKeyRsp;

/* MSG_REPORT_REQ */
typedef struct SnpMsgReportReq {
    uint8_t report_data[64];    /* 0x00: the guest's, of any meaning */
    le32 vmpl;                  /* 0x40: to report, not below the caller's */
    le32 flags;                 /* 0x44: SNP_KEY_SEL_*, 2 bits */
    uint8_t reserved[0x18];     /* 0x48 */
} __attribute__((packed)) SnpMsgReportReq;

#define SNP_REPORT_FLAGS_RESERVED 0xfffffffcu

/* Which key signs a report, or is the root of another */
#define SNP_KEY_SEL_ANY      0      /* VLEK if there is one, else VCEK */
#define SNP_KEY_SEL_VCEK     1
#define SNP_KEY_SEL_VLEK     2
#define SNP_KEY_SEL_MASK     0x3u

/* MSG_TSC_INFO_REQ */
typedef struct SnpMsgTscInfoReq {
    uint8_t reserved[0x80];     /* 0x00 */
} __attribute__((packed)) SnpMsgTscInfoReq;

/* MSG_TSC_INFO_RSP: for save areas with Secure TSC, see tsc.h */
typedef struct SnpMsgTscInfoRsp {
    le32 status;                /* 0x00 */
    le32 reserved1;             /* 0x04 */
    le64 guest_tsc_scale;       /* 0x08 */
    le64 guest_tsc_offset;      /* 0x10 */
    le32 tsc_factor;            /* 0x18: 1/100,000 below GUEST_TSC_FREQ */
    uint8_t reserved2[0x64];    /* 0x1c */
} __attribute__((packed)) SnpMsgTscInfoRsp;

/* 56860 chapter 7, Attestation Report */
typedef struct SnpReport {
    le32 version;               /* 0x000 */
    le32 guest_svn;             /* 0x004 */
    le64 policy;                /* 0x008: SNP_GPOLICY_* */
    uint8_t family_id[16];      /* 0x010 */
    uint8_t image_id[16];       /* 0x020 */
    le32 vmpl;                  /* 0x030: as requested */
    le32 sig_algo;              /* 0x034: SNP_ALGO_* */
    SnpTcbVersion current_tcb;  /* 0x038 */
    le64 platform_info;         /* 0x040: SNP_PLATFORM_INFO_* */
    le32 key_info;              /* 0x048: SNP_REPORT_* */
    le32 reserved1;             /* 0x04c */
    uint8_t report_data[64];    /* 0x050: as requested */
    uint8_t measurement[SNP_DIGEST_SIZE];       /* 0x090 */
    uint8_t host_data[32];      /* 0x0c0: of SNP_LAUNCH_FINISH */
    uint8_t id_key_digest[SNP_DIGEST_SIZE];     /* 0x0e0 */
    uint8_t author_key_digest[SNP_DIGEST_SIZE]; /* 0x110 */
    uint8_t report_id[32];      /* 0x140: of this guest */
    uint8_t report_id_ma[32];   /* 0x160: of its agent; all ones: none */
    SnpTcbVersion reported_tcb; /* 0x180: that of the key which signs */
    uint8_t cpuid_fam_id;       /* 0x188: from version 3 on, as the next two */
    uint8_t cpuid_mod_id;       /* 0x189 */
    uint8_t cpuid_step;         /* 0x18a */
    uint8_t reserved2[21];      /* 0x18b */
    uint8_t chip_id[64];        /* 0x1a0 */
    SnpTcbVersion committed_tcb;    /* 0x1e0 */
    uint8_t current_build;      /* 0x1e8 */
    uint8_t current_minor;      /* 0x1e9 */
    uint8_t current_major;      /* 0x1ea */
    uint8_t reserved3;          /* 0x1eb */
    uint8_t committed_build;    /* 0x1ec */
    uint8_t committed_minor;    /* 0x1ed */
    uint8_t committed_major;    /* 0x1ee */
    uint8_t reserved4;          /* 0x1ef */
    SnpTcbVersion launch_tcb;   /* 0x1f0 */
    le64 launch_mit_vector;     /* 0x1f8: from version 5 on, as the next */
    le64 current_mit_vector;    /* 0x200 */
    uint8_t reserved5[0x98];    /* 0x208 */
    SnpSignature signature;     /* 0x2a0: of all before */
} __attribute__((packed)) SnpReport;

#define SNP_REPORT_SIGNED_SIZE 0x2a0

/* Of platform_info */
#define SNP_PLATFORM_INFO_SMT               (1u << 0)
#define SNP_PLATFORM_INFO_TSME              (1u << 1)
#define SNP_PLATFORM_INFO_ECC               (1u << 2)
#define SNP_PLATFORM_INFO_RAPL_DIS          (1u << 3)
#define SNP_PLATFORM_INFO_CIPHERTEXT_HIDING (1u << 4)
#define SNP_PLATFORM_INFO_ALIAS_CHECK       (1u << 5)

/* Of key_info */
#define SNP_REPORT_AUTHOR_KEY    (1u << 0)
#define SNP_REPORT_MASK_CHIP_KEY (1u << 1)
#define SNP_REPORT_SIGNER_SHIFT  2          /* SNP_SIGNER_*, 3 bits */
#define SNP_SIGNER_VCEK 0
#define SNP_SIGNER_VLEK 1
#define SNP_SIGNER_NONE 7

/* MSG_REPORT_RSP */
typedef struct SnpMsgReportRsp {
    le32 status;                /* 0x00 */
    le32 report_size;           /* 0x04: bytes */
    uint8_t reserved[0x18];     /* 0x08 */
    SnpReport report;           /* 0x20 */
} __attribute__((packed)) SnpMsgReportRsp;

#endif
