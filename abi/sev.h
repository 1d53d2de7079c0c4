/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines numbers that commands, their answers and the guest owner share in
 * AMD's Secure Encrypted Virtualization API (publication 55766).
 *
 * The buffers of commands are in sev-cmd.h, those that commands point to,
 * and that the guest owner makes or reads, in sev-data.h and, where the
 * platform's keys come in, in sev-cert.h.
 *
 * Names here keep clear of those of <linux/psp-sev.h> and <linux/kvm.h>
 * (SEV_RET_*, KVM_SEV_*), of QEMU's target/i386/sev.h (SEV_POLICY_*) and
 * of its QAPI types (SEV_STATE_*), so that one file can include them all.
 */

#ifndef ABI_SEV_H
#define ABI_SEV_H

#include "abi/sev-cert.h"
#include "abi/sev-cmd.h"
#include "abi/sev-data.h"

/* 55766 section 4.3, Command Identifiers */
enum {
    SEV_CMD_INIT                 = 0x001,
    SEV_CMD_SHUTDOWN             = 0x002,
    SEV_CMD_PLATFORM_RESET       = 0x003,
    SEV_CMD_PLATFORM_STATUS      = 0x004,
    SEV_CMD_PEK_GEN              = 0x005,
    SEV_CMD_PEK_CSR              = 0x006,
    SEV_CMD_PEK_CERT_IMPORT      = 0x007,
    SEV_CMD_PDH_CERT_EXPORT      = 0x008,
    SEV_CMD_PDH_GEN              = 0x009,
    SEV_CMD_DF_FLUSH             = 0x00a,
    SEV_CMD_DOWNLOAD_FIRMWARE    = 0x00b,
    SEV_CMD_GET_ID               = 0x00c,
    SEV_CMD_INIT_EX              = 0x00d,

    SEV_CMD_DECOMMISSION         = 0x020,
    SEV_CMD_ACTIVATE             = 0x021,
    SEV_CMD_DEACTIVATE           = 0x022,
    SEV_CMD_GUEST_STATUS         = 0x023,
    SEV_CMD_COPY                 = 0x024,
    SEV_CMD_ACTIVATE_EX          = 0x025,

    SEV_CMD_LAUNCH_START         = 0x030,
    SEV_CMD_LAUNCH_UPDATE_DATA   = 0x031,
    SEV_CMD_LAUNCH_UPDATE_VMSA   = 0x032,
    SEV_CMD_LAUNCH_MEASURE       = 0x033,
    SEV_CMD_LAUNCH_UPDATE_SECRET = 0x034,   /* LAUNCH_SECRET in 55766 */
    SEV_CMD_LAUNCH_FINISH        = 0x035,
    SEV_CMD_ATTESTATION_REPORT   = 0x036,   /* ATTESTATION in 55766 */

    SEV_CMD_SEND_START           = 0x040,
    SEV_CMD_SEND_UPDATE_DATA     = 0x041,
    SEV_CMD_SEND_UPDATE_VMSA     = 0x042,
    SEV_CMD_SEND_FINISH          = 0x043,
    SEV_CMD_SEND_CANCEL          = 0x044,

    SEV_CMD_RECEIVE_START        = 0x050,
    SEV_CMD_RECEIVE_UPDATE_DATA  = 0x051,
    SEV_CMD_RECEIVE_UPDATE_VMSA  = 0x052,
    SEV_CMD_RECEIVE_FINISH       = 0x053,

    SEV_CMD_DBG_DECRYPT          = 0x060,
    SEV_CMD_DBG_ENCRYPT          = 0x061,
};

/* 55766 section 4.4, Status Codes */
enum {
    SEV_FW_SUCCESS                = 0x00,
    SEV_FW_INVALID_PLATFORM_STATE = 0x01,
    SEV_FW_INVALID_GUEST_STATE    = 0x02,
    SEV_FW_INVALID_CONFIG         = 0x03,
    SEV_FW_INVALID_LEN            = 0x04,
    SEV_FW_ALREADY_OWNED          = 0x05,
    SEV_FW_INVALID_CERTIFICATE    = 0x06,
    SEV_FW_POLICY_FAILURE         = 0x07,
    SEV_FW_INACTIVE               = 0x08,
    SEV_FW_INVALID_ADDRESS        = 0x09,
    SEV_FW_BAD_SIGNATURE          = 0x0a,
    SEV_FW_BAD_MEASUREMENT        = 0x0b,
    SEV_FW_ASID_OWNED             = 0x0c,
    SEV_FW_INVALID_ASID           = 0x0d,
    SEV_FW_WBINVD_REQUIRED        = 0x0e,
    SEV_FW_DFFLUSH_REQUIRED       = 0x0f,
    SEV_FW_INVALID_GUEST          = 0x10,
    SEV_FW_INVALID_COMMAND        = 0x11,
    SEV_FW_ACTIVE                 = 0x12,
    SEV_FW_HWERROR_PLATFORM       = 0x13,
    SEV_FW_HWERROR_UNSAFE         = 0x14,
    SEV_FW_UNSUPPORTED            = 0x15,
    SEV_FW_INVALID_PARAM          = 0x16,
    SEV_FW_RESOURCE_LIMIT         = 0x17,
    SEV_FW_SECURE_DATA_INVALID    = 0x18,
};

/* 55766 section 5.1.2, Platform State Machine: PSTATE */
enum {
    SEV_PSTATE_UNINIT  = 0,
    SEV_PSTATE_INIT    = 1,
    SEV_PSTATE_WORKING = 2,
};

/* 55766 section 6.1.1, Guest State Machine: GSTATE */
enum {
    SEV_GSTATE_UNINIT  = 0,
    SEV_GSTATE_LUPDATE = 1,
    SEV_GSTATE_LSECRET = 2,
    SEV_GSTATE_RUNNING = 3,
    SEV_GSTATE_SUPDATE = 4,
    SEV_GSTATE_RUPDATE = 5,
    SEV_GSTATE_SENT    = 6,
};

/* 55766 chapter 3, Guest Policy: a u32 */
#define SEV_GPOLICY_NODBG           (1u << 0)   /* no DBG_* commands */
#define SEV_GPOLICY_NOKS            (1u << 1)   /* no key sharing */
#define SEV_GPOLICY_ES              (1u << 2)   /* SEV-ES required */
#define SEV_GPOLICY_NOSEND          (1u << 3)   /* no SEND_* commands */
#define SEV_GPOLICY_DOMAIN          (1u << 4)   /* SEND within the domain */
#define SEV_GPOLICY_SEV             (1u << 5)   /* SEND to SEV platforms */
#define SEV_GPOLICY_RESERVED        0x0000ffc0u /* must be zero */
#define SEV_GPOLICY_API_MAJOR_SHIFT 16          /* least API version, 8 bits */
#define SEV_GPOLICY_API_MINOR_SHIFT 24          /* 8 bits */

/* Never the handle of a guest: LAUNCH_START reads it as "no key sharing" */
#define SEV_HANDLE_NONE 0

/* Never the ASID of a guest: the host's own, and "not active" */
#define SEV_ASID_NONE 0

#endif
