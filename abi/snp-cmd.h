/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines command buffers of AMD's SEV-SNP firmware ABI (publication 56860,
 * chapter 8), as they lie in memory when a command is given to the secure
 * processor's mailbox. Numbers are little-endian, addresses system physical.
 * Reserved bits must be zero.
 *
 * A command without a structure here takes no buffer: SNP_INIT,
 * SNP_SHUTDOWN, SNP_DF_FLUSH.
 */

#ifndef ABI_SNP_CMD_H
#define ABI_SNP_CMD_H

#include <stdint.h>

#include "abi/le.h"
#include "abi/snp-data.h"

/* 56860 chapter 8, SNP_INIT_EX */
typedef struct SnpCmdInitEx {
    le32 flags;                 /* 0x00, in: SNP_INIT_EX_* */
    le32 reserved;              /* 0x04 */
    le64 list_paddr;            /* 0x08, in: pages that stay the host's */
    le16 max_snp_asid;          /* 0x10, in: with ciphertext hiding */
    uint8_t reserved2[46];      /* 0x12 */
} __attribute__((packed)) SnpCmdInitEx;

#define SNP_INIT_EX_RMP               (1u << 0) /* make the RMP empty */
#define SNP_INIT_EX_LIST_PADDR        (1u << 1) /* list_paddr is valid */
#define SNP_INIT_EX_RAPL_DIS          (1u << 2) /* no power telemetry */
#define SNP_INIT_EX_CIPHERTEXT_HIDING (1u << 3)
#define SNP_INIT_EX_TIO               (1u << 4) /* trusted I/O */
#define SNP_INIT_EX_RESERVED          0xffffffe0u

/* 56860 chapter 8, SNP_SHUTDOWN_EX */
typedef struct SnpCmdShutdownEx {
    le32 len;                   /* 0x00, in: of this buffer, bytes */
    le32 flags;                 /* 0x04, in: SNP_SHUTDOWN_EX_* */
} __attribute__((packed)) SnpCmdShutdownEx;

#define SNP_SHUTDOWN_EX_IOMMU    (1u << 0)  /* IOMMUs enforce SNP no more */
#define SNP_SHUTDOWN_EX_X86      (1u << 1)  /* nor do the cores */
#define SNP_SHUTDOWN_EX_RESERVED 0xfffffffcu

/*
 * SNP_PLATFORM_STATUS (56860 chapter 8): paddr is where the
 * SnpPlatformStatus goes. SNP_GCTX_CREATE, SNP_DECOMMISSION: the guest
 * context page. SNP_PAGE_RECLAIM: the page, with SNP_ADDR_2M for 2 MiB.
 */
typedef struct SnpCmdAddr {
    le64 paddr;                 /* 0x00, in */
} __attribute__((packed)) SnpCmdAddr;

#define SNP_ADDR_2M 0x1ull      /* bit 0 of a page's address: its size */

/* 56860 chapter 8, SNP_ACTIVATE */
typedef struct SnpCmdActivate {
    le64 gctx_paddr;            /* 0x00, in */
    le32 asid;                  /* 0x08, in */
} __attribute__((packed)) SnpCmdActivate;

/* 56860 chapter 8, SNP_GUEST_STATUS */
typedef struct SnpCmdGuestStatus {
    le64 gctx_paddr;            /* 0x00, in */
    le64 paddr;                 /* 0x08, in: where the SnpGuestStatus goes */
} __attribute__((packed)) SnpCmdGuestStatus;

/* 56860 chapter 8, SNP_GUEST_REQUEST: a page each, see snp-msg.h */
typedef struct SnpCmdGuestRequest {
    le64 gctx_paddr;            /* 0x00, in */
    le64 req_paddr;             /* 0x08, in: the guest's message */
    le64 res_paddr;             /* 0x10, in: where firmware's goes */
} __attribute__((packed)) SnpCmdGuestRequest;

/* 56860 chapter 8, SNP_LAUNCH_START */
typedef struct SnpCmdLaunchStart {
    le64 gctx_paddr;            /* 0x00, in */
    le64 policy;                /* 0x08, in: SNP_GPOLICY_* */
    le64 ma_gctx_paddr;         /* 0x10, in: context of a migration agent */
    le32 flags;                 /* 0x18, in: SNP_LAUNCH_START_* */
    le32 desired_tsc_khz;       /* 0x1c, in: for guests with Secure TSC */
    uint8_t gosvw[16];          /* 0x20, in: guest-visible workarounds */
} __attribute__((packed)) SnpCmdLaunchStart;

#define SNP_LAUNCH_START_MA       (1u << 0) /* ma_gctx_paddr is valid */
#define SNP_LAUNCH_START_IMI      (1u << 1) /* an incoming migration image */
#define SNP_LAUNCH_START_RESERVED 0xfffffffcu

/* 56860 section 8.17, SNP_LAUNCH_UPDATE */
typedef struct SnpCmdLaunchUpdate {
    le64 gctx_paddr;            /* 0x00, in */
    le32 flags;                 /* 0x08, in: SNP_LAUNCH_UPDATE_*, page type */
    le32 reserved1;             /* 0x0c */
    le64 paddr;                 /* 0x10, in: the page */
    uint8_t reserved2;          /* 0x18 */
    uint8_t vmpl1_perms;        /* 0x19, in: RMP_PERM_* */
    uint8_t vmpl2_perms;        /* 0x1a, in */
    uint8_t vmpl3_perms;        /* 0x1b, in */
    le32 reserved3;             /* 0x1c */
} __attribute__((packed)) SnpCmdLaunchUpdate;

#define SNP_LAUNCH_UPDATE_2M         (1u << 0)  /* the page has 2 MiB */
#define SNP_LAUNCH_UPDATE_TYPE_SHIFT 1          /* SNP_PAGE_TYPE_*, 3 bits */
#define SNP_LAUNCH_UPDATE_TYPE_MASK  0x7u
#define SNP_LAUNCH_UPDATE_IMI        (1u << 4)  /* of the migration image */
#define SNP_LAUNCH_UPDATE_RESERVED   0xffffffe0u

/* 56860 section 8.18, SNP_LAUNCH_FINISH */
typedef struct SnpCmdLaunchFinish {
    le64 gctx_paddr;            /* 0x00, in */
    le64 id_block_paddr;        /* 0x08, in: an SnpIdBlock */
    le64 id_auth_paddr;         /* 0x10, in: an SnpIdAuth */
    le64 flags;                 /* 0x18, in: SNP_LAUNCH_FINISH_* */
    uint8_t host_data[32];      /* 0x20, in: for attestation reports */
} __attribute__((packed)) SnpCmdLaunchFinish;

#define SNP_LAUNCH_FINISH_ID_BLOCK 0x1ull   /* the two addresses are valid */
#define SNP_LAUNCH_FINISH_AUTH_KEY 0x2ull   /* an author signed the ID key */
#define SNP_LAUNCH_FINISH_VCEK_DIS 0x4ull   /* no reports by the VCEK */
#define SNP_LAUNCH_FINISH_RESERVED 0xfffffffffffffff8ull

/* 56860 chapter 8, SNP_CONFIG */
typedef struct SnpCmdConfig {
    SnpTcbVersion reported_tcb; /* 0x00, in: zero is the current one */
    le32 flags;                 /* 0x08, in: SNP_CONFIG_* */
    uint8_t reserved[52];       /* 0x0c */
} __attribute__((packed)) SnpCmdConfig;

#define SNP_CONFIG_MASK_CHIP_ID  (1u << 0)  /* none in reports */
#define SNP_CONFIG_MASK_CHIP_KEY (1u << 1)  /* the VCEK is not used */
#define SNP_CONFIG_RESERVED      0xfffffffcu

/* 56860 chapter 8, SNP_DOWNLOAD_FIRMWARE_EX */
typedef struct SnpCmdDownloadFirmwareEx {
    le32 len;                   /* 0x00, in: of this buffer, bytes */
    le32 reserved;              /* 0x04 */
    le64 paddr;                 /* 0x08, in: the image */
    le32 image_len;             /* 0x10, in */
    le32 flags;                 /* 0x14, in: SNP_DOWNLOAD_* */
} __attribute__((packed)) SnpCmdDownloadFirmwareEx;

#define SNP_DOWNLOAD_COMMIT      (1u << 0)  /* as SNP_COMMIT after it */
#define SNP_DOWNLOAD_RESERVED    0xfffffffeu

/* 56860 chapter 8, SNP_COMMIT */
typedef struct SnpCmdCommit {
    le32 len;                   /* 0x00, in: of this buffer, bytes */
} __attribute__((packed)) SnpCmdCommit;

/* 56860 chapter 8, SNP_VLEK_LOAD */
typedef struct SnpCmdVlekLoad {
    le32 len;                   /* 0x00, in: of this buffer, bytes */
    uint8_t version;            /* 0x04, in: of the hashstick, 0 */
    uint8_t reserved[3];        /* 0x05 */
    le64 paddr;                 /* 0x08, in: an SnpVlekHashstick */
} __attribute__((packed)) SnpCmdVlekLoad;

/* 56860 chapter 8, SNP_FEATURE_INFO */
typedef struct SnpCmdFeatureInfo {
    le32 len;                   /* 0x00, in: of this buffer, bytes */
    le32 ecx_in;                /* 0x04, in: subfunction of Fn8000_0024 */
    le64 paddr;                 /* 0x08, in: where the SnpFeatureInfo goes */
} __attribute__((packed)) SnpCmdFeatureInfo;

#endif
