/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names commands and statuses, for traces and messages.
 */

#include "asp/asp.h"
#include "asp/commands.h"

/* 55766 section 4.4, Status Codes */
static const char *const statuses[] = {
    [SEV_FW_SUCCESS]                = "SUCCESS",
    [SEV_FW_INVALID_PLATFORM_STATE] = "INVALID_PLATFORM_STATE",
    [SEV_FW_INVALID_GUEST_STATE]    = "INVALID_GUEST_STATE",
    [SEV_FW_INVALID_CONFIG]         = "INVALID_CONFIG",
    [SEV_FW_INVALID_LEN]            = "INVALID_LENGTH",
    [SEV_FW_ALREADY_OWNED]          = "ALREADY_OWNED",
    [SEV_FW_INVALID_CERTIFICATE]    = "INVALID_CERTIFICATE",
    [SEV_FW_POLICY_FAILURE]         = "POLICY_FAILURE",
    [SEV_FW_INACTIVE]               = "INACTIVE",
    [SEV_FW_INVALID_ADDRESS]        = "INVALID_ADDRESS",
    [SEV_FW_BAD_SIGNATURE]          = "BAD_SIGNATURE",
    [SEV_FW_BAD_MEASUREMENT]        = "BAD_MEASUREMENT",
    [SEV_FW_ASID_OWNED]             = "ASID_OWNED",
    [SEV_FW_INVALID_ASID]           = "INVALID_ASID",
    [SEV_FW_WBINVD_REQUIRED]        = "WBINVD_REQUIRED",
    [SEV_FW_DFFLUSH_REQUIRED]       = "DF_FLUSH_REQUIRED",
    [SEV_FW_INVALID_GUEST]          = "INVALID_GUEST",
    [SEV_FW_INVALID_COMMAND]        = "INVALID_COMMAND",
    [SEV_FW_ACTIVE]                 = "ACTIVE",
    [SEV_FW_HWERROR_PLATFORM]       = "HWERROR_PLATFORM",
    [SEV_FW_HWERROR_UNSAFE]         = "HWERROR_UNSAFE",
    [SEV_FW_UNSUPPORTED]            = "UNSUPPORTED",
    [SEV_FW_INVALID_PARAM]          = "INVALID_PARAM",
    [SEV_FW_RESOURCE_LIMIT]         = "RESOURCE_LIMIT",
    [SEV_FW_SECURE_DATA_INVALID]    = "SECURE_DATA_INVALID",

    /* 56860 chapter 4, Status Codes */
    [SEV_FW_INVALID_PAGE_SIZE]      = "INVALID_PAGE_SIZE",
    [SEV_FW_INVALID_PAGE_STATE]     = "INVALID_PAGE_STATE",
    [SEV_FW_INVALID_MDATA_ENTRY]    = "INVALID_MDATA_ENTRY",
    [SEV_FW_INVALID_PAGE_OWNER]     = "INVALID_PAGE_OWNER",
    [SEV_FW_AEAD_OFLOW]             = "AEAD_OFLOW",
    [SEV_FW_EXIT_RING_BUFFER]       = "EXIT_RING_BUFFER",
    [SEV_FW_RMP_INIT_REQUIRED]      = "RMP_INIT_REQUIRED",
    [SEV_FW_BAD_SVN]                = "BAD_SVN",
    [SEV_FW_BAD_VERSION]            = "BAD_VERSION",
    [SEV_FW_SHUTDOWN_REQUIRED]      = "SHUTDOWN_REQUIRED",
    [SEV_FW_UPDATE_FAILED]          = "UPDATE_FAILED",
    [SEV_FW_RESTORE_REQUIRED]       = "RESTORE_REQUIRED",
    [SEV_FW_RMP_INIT_FAILED]        = "RMP_INITIALIZATION_FAILED",
    [SEV_FW_INVALID_KEY]            = "INVALID_KEY",
};

const char *asp_command_name(uint32_t id)
{
    const AspCommand *command = asp_command_find(id);

    if (!command) {
        command = asp_snp_command_find(id);
    }
    return command ? command->name : "unknown";
}

const char *asp_status_name(uint32_t status)
{
    if (status >= sizeof(statuses) / sizeof(statuses[0]) ||
        !statuses[status]) {
        return "unknown";
    }
    return statuses[status];
}
