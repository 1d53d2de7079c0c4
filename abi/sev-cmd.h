/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines command buffers of AMD's SEV API (publication 55766, chapters 5 and
 * 6), as they lie in memory when a command is given to the secure processor's
 * mailbox. Numbers are little-endian, addresses system physical. Reserved
 * fields must be zero.
 *
 * A command without a structure here takes no buffer: SHUTDOWN,
 * PLATFORM_RESET, PEK_GEN, PDH_GEN, DF_FLUSH.
 */

#ifndef ABI_SEV_CMD_H
#define ABI_SEV_CMD_H

#include <stdint.h>

#include "abi/le.h"

/* 55766 chapter 5, INIT */
typedef struct SevCmdInit {
    le32 options;               /* 0x00, in: SEV_INIT_* */
    le32 reserved;              /* 0x04 */
    le64 tmr_paddr;             /* 0x08, in: region for SEV-ES, 1 MiB aligned */
    le32 tmr_len;               /* 0x10, in: its length, SEV_TMR_SIZE */
} __attribute__((packed)) SevCmdInit;

#define SEV_TMR_SIZE 0x100000u  /* bytes, and what it is aligned to */

#define SEV_INIT_ES (1u << 0)   /* initialize for SEV-ES guests */

/* 55766 chapter 5, PLATFORM_STATUS */
typedef struct SevCmdPlatformStatus {
    uint8_t api_major;          /* 0x00, out */
    uint8_t api_minor;          /* 0x01, out */
    uint8_t state;              /* 0x02, out: SEV_PSTATE_* */
    uint8_t owner;              /* 0x03, out: bit 0, externally owned */
    le32 config;                /* 0x04, out: SEV_CONFIG_*, and the build */
    le32 guest_count;           /* 0x08, out: guests with a handle */
} __attribute__((packed)) SevCmdPlatformStatus;

#define SEV_CONFIG_ES          (1u << 0)    /* initialized for SEV-ES */
#define SEV_CONFIG_BUILD_SHIFT 24           /* build number, 8 bits */

/*
 * 55766 chapter 5, PDH_CERT_EXPORT. A length that is too small is answered
 * with SEV_FW_INVALID_LEN and the lengths needed.
 */
typedef struct SevCmdPdhCertExport {
    le64 pdh_paddr;             /* 0x00, in: where the SevCert goes */
    le32 pdh_len;               /* 0x08, in: room there; out: bytes needed */
    le32 reserved;              /* 0x0c */
    le64 chain_paddr;           /* 0x10, in: where the SevCertChain goes */
    le32 chain_len;             /* 0x18, in: room there; out: bytes needed */
} __attribute__((packed)) SevCmdPdhCertExport;

/*
 * 55766 chapter 5, GET_ID. A length that is too small is answered with
 * SEV_FW_INVALID_LEN and the length needed: SEV_CHIP_ID_SIZE per socket.
 */
typedef struct SevCmdGetId {
    le64 paddr;                 /* 0x00, in: where the ids go */
    le32 len;                   /* 0x08, in: room there; out: bytes needed */
} __attribute__((packed)) SevCmdGetId;

#define SEV_CHIP_ID_SIZE 64

/* 55766 chapter 6, DECOMMISSION */
typedef struct SevCmdDecommission {
    le32 handle;                /* 0x00, in */
} __attribute__((packed)) SevCmdDecommission;

/* 55766 chapter 6, ACTIVATE */
typedef struct SevCmdActivate {
    le32 handle;                /* 0x00, in */
    le32 asid;                  /* 0x04, in */
} __attribute__((packed)) SevCmdActivate;

/* 55766 chapter 6, DEACTIVATE */
typedef struct SevCmdDeactivate {
    le32 handle;                /* 0x00, in */
} __attribute__((packed)) SevCmdDeactivate;

/* 55766 chapter 6, GUEST_STATUS */
typedef struct SevCmdGuestStatus {
    le32 handle;                /* 0x00, in */
    le32 policy;                /* 0x04, out */
    le32 asid;                  /* 0x08, out: SEV_ASID_NONE if not active */
    uint8_t state;              /* 0x0c, out: SEV_GSTATE_* */
} __attribute__((packed)) SevCmdGuestStatus;

/*
 * 55766 section 6.2, LAUNCH_START. In, the handle is that of a guest to
 * share a key with, or SEV_HANDLE_NONE; out, that of the new guest. When
 * dh_cert_paddr is 0 there is no session: the three fields after are
 * ignored.
 */
typedef struct SevCmdLaunchStart {
    le32 handle;                /* 0x00, in and out */
    le32 policy;                /* 0x04, in: SEV_GPOLICY_* */
    le64 dh_cert_paddr;         /* 0x08, in: guest owner's key, or 0 */
    le32 dh_cert_len;           /* 0x10, in: its length, bytes */
    le32 reserved;              /* 0x14 */
    le64 session_paddr;         /* 0x18, in: session buffer, or 0 */
    le32 session_len;           /* 0x20, in: its length, bytes */
} __attribute__((packed)) SevCmdLaunchStart;

/* 55766 section 6.3, LAUNCH_UPDATE_DATA */
typedef struct SevCmdLaunchUpdateData {
    le32 handle;                /* 0x00, in */
    le32 reserved;              /* 0x04 */
    le64 paddr;                 /* 0x08, in: 16-byte aligned */
    le32 len;                   /* 0x10, in: bytes, a multiple of 16 */
} __attribute__((packed)) SevCmdLaunchUpdateData;

/* 55766 section 6.4, LAUNCH_UPDATE_VMSA: for guests with SEV-ES alone */
typedef struct SevCmdLaunchUpdateVmsa {
    le32 handle;                /* 0x00, in */
    le32 reserved;              /* 0x04 */
    le64 paddr;                 /* 0x08, in: a SevVmsa, 4096-byte aligned */
    le32 len;                   /* 0x10, in: its length, SEV_VMSA_SIZE */
} __attribute__((packed)) SevCmdLaunchUpdateVmsa;

/* 55766 section 6.5, LAUNCH_MEASURE */
typedef struct SevCmdLaunchMeasure {
    le32 handle;                /* 0x00, in */
    le32 reserved;              /* 0x04 */
    le64 paddr;                 /* 0x08, in: where the measurement goes */
    le32 len;                   /* 0x10, in: room there; out: bytes needed */
} __attribute__((packed)) SevCmdLaunchMeasure;

/* 55766 section 6.6, LAUNCH_SECRET */
typedef struct SevCmdLaunchUpdateSecret {
    le32 handle;                /* 0x00, in */
    le32 reserved1;             /* 0x04 */
    le64 hdr_paddr;             /* 0x08, in: a SevPacketHeader */
    le32 hdr_len;               /* 0x10, in: its length, bytes */
    le32 reserved2;             /* 0x14 */
    le64 guest_paddr;           /* 0x18, in: where the secret goes */
    le32 guest_len;             /* 0x20, in: bytes, a multiple of 16 */
    le32 reserved3;             /* 0x24 */
    le64 trans_paddr;           /* 0x28, in: the packet's ciphertext */
    le32 trans_len;             /* 0x30, in: its length, bytes */
} __attribute__((packed)) SevCmdLaunchUpdateSecret;

/* 55766 section 6.7, LAUNCH_FINISH */
typedef struct SevCmdLaunchFinish {
    le32 handle;                /* 0x00, in */
} __attribute__((packed)) SevCmdLaunchFinish;

/*
 * 55766 section 6.8, ATTESTATION. A length that is too small is answered
 * with SEV_FW_INVALID_LEN and the length needed.
 */
typedef struct SevCmdAttestation {
    le32 handle;                /* 0x00, in */
    le32 reserved;              /* 0x04 */
    le64 paddr;                 /* 0x08, in: where the SevReport goes */
    uint8_t mnonce[16];         /* 0x10, in: goes into the report */
    le32 len;                   /* 0x20, in: room there; out: bytes needed */
} __attribute__((packed)) SevCmdAttestation;

#endif
