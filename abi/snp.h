/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines numbers that commands, their answers and the guest owner share in
 * AMD's SEV-SNP firmware ABI (publication 56860). Those of SEV (abi/sev.h) are
 * the same secure processor's: one space of command ids, one of statuses.
 *
 * The buffers of commands are in snp-cmd.h, what they point to in
 * snp-data.h, the Reverse Map Table in rmp.h.
 *
 * Names here keep clear of those of <linux/psp-sev.h> (SNP_COMMIT, ...) and
 * of QEMU's target/i386/sev.h (SEV_SNP_POLICY_*).
 */

#ifndef ABI_SNP_H
#define ABI_SNP_H

#include "abi/snp-cmd.h"
#include "abi/snp-data.h"

/* 56860 chapter 4, Command Identifiers */
enum {
    SNP_CMD_INIT                 = 0x081,
    SNP_CMD_SHUTDOWN             = 0x082,
    SNP_CMD_PLATFORM_STATUS      = 0x083,
    SNP_CMD_DF_FLUSH             = 0x084,
    SNP_CMD_INIT_EX              = 0x085,
    SNP_CMD_SHUTDOWN_EX          = 0x086,

    SNP_CMD_DECOMMISSION         = 0x090,
    SNP_CMD_ACTIVATE             = 0x091,
    SNP_CMD_GUEST_STATUS         = 0x092,
    SNP_CMD_GCTX_CREATE          = 0x093,
    SNP_CMD_GUEST_REQUEST        = 0x094,
    SNP_CMD_ACTIVATE_EX          = 0x095,

    SNP_CMD_LAUNCH_START         = 0x0a0,
    SNP_CMD_LAUNCH_UPDATE        = 0x0a1,
    SNP_CMD_LAUNCH_FINISH        = 0x0a2,

    SNP_CMD_DBG_DECRYPT          = 0x0b0,
    SNP_CMD_DBG_ENCRYPT          = 0x0b1,

    SNP_CMD_PAGE_SWAP_OUT        = 0x0c0,
    SNP_CMD_PAGE_SWAP_IN         = 0x0c1,
    SNP_CMD_PAGE_MOVE            = 0x0c2,
    SNP_CMD_PAGE_MD_INIT         = 0x0c3,
    SNP_CMD_PAGE_SET_STATE       = 0x0c6,
    SNP_CMD_PAGE_RECLAIM         = 0x0c7,
    SNP_CMD_PAGE_UNSMASH         = 0x0c8,
    SNP_CMD_CONFIG               = 0x0c9,
    SNP_CMD_DOWNLOAD_FIRMWARE_EX = 0x0ca,
    SNP_CMD_COMMIT               = 0x0cb,
    SNP_CMD_VLEK_LOAD            = 0x0cd,
    SNP_CMD_FEATURE_INFO         = 0x0ce,
};

/* 56860 chapter 4, Status Codes; those below are in abi/sev.h */
enum {
    SEV_FW_INVALID_PAGE_SIZE     = 0x19,
    SEV_FW_INVALID_PAGE_STATE    = 0x1a,
    SEV_FW_INVALID_MDATA_ENTRY   = 0x1b,
    SEV_FW_INVALID_PAGE_OWNER    = 0x1c,
    SEV_FW_AEAD_OFLOW            = 0x1d,
    SEV_FW_EXIT_RING_BUFFER      = 0x1f,
    SEV_FW_RMP_INIT_REQUIRED     = 0x20,
    SEV_FW_BAD_SVN               = 0x21,
    SEV_FW_BAD_VERSION           = 0x22,
    SEV_FW_SHUTDOWN_REQUIRED     = 0x23,
    SEV_FW_UPDATE_FAILED         = 0x24,
    SEV_FW_RESTORE_REQUIRED      = 0x25,
    SEV_FW_RMP_INIT_FAILED       = 0x26,
    SEV_FW_INVALID_KEY           = 0x27,
};

/* 56860, Platform State Machine */
enum {
    SNP_PSTATE_UNINIT = 0,
    SNP_PSTATE_INIT   = 1,
};

/* 56860, Guest State Machine */
enum {
    SNP_GSTATE_INIT    = 0,
    SNP_GSTATE_LAUNCH  = 1,
    SNP_GSTATE_RUNNING = 2,
};

/* 56860 section 4.3, Guest Policy: a u64 */
#define SNP_GPOLICY_API_MINOR_SHIFT   0             /* least version, 8 bits */
#define SNP_GPOLICY_API_MAJOR_SHIFT   8             /* 8 bits */
#define SNP_GPOLICY_SMT               (1ull << 16)  /* SMT is allowed */
#define SNP_GPOLICY_ONE               (1ull << 17)  /* reserved, must be one */
#define SNP_GPOLICY_MIGRATE_MA        (1ull << 18)  /* agent is allowed */
#define SNP_GPOLICY_DEBUG             (1ull << 19)  /* debugging is allowed */
#define SNP_GPOLICY_SINGLE_SOCKET     (1ull << 20)  /* on one socket only */
#define SNP_GPOLICY_CXL_ALLOW         (1ull << 21)  /* CXL is allowed */
#define SNP_GPOLICY_MEM_AES_256_XTS   (1ull << 22)  /* required */
#define SNP_GPOLICY_RAPL_DIS          (1ull << 23)  /* no power telemetry */
#define SNP_GPOLICY_CIPHERTEXT_HIDING (1ull << 24)  /* required */
#define SNP_GPOLICY_PAGE_SWAP_DISABLE (1ull << 25)  /* no moving of pages */
#define SNP_GPOLICY_RESERVED          0xfffffffffc000000ull

/* 56860 section 8.17.2, Page Types */
enum {
    SNP_PAGE_TYPE_NORMAL     = 1,
    SNP_PAGE_TYPE_VMSA       = 2,
    SNP_PAGE_TYPE_ZERO       = 3,
    SNP_PAGE_TYPE_UNMEASURED = 4,
    SNP_PAGE_TYPE_SECRETS    = 5,
    SNP_PAGE_TYPE_CPUID      = 6,
};

/* Where KVM's guests have all their first VMSAs */
#define SNP_VMSA_GPA 0xfffffffff000ull

#endif
