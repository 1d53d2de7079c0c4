/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mailbox, for SEV-SNP's commands: the checks that they have in common,
 * then the command's own handler. Knows no command by name.
 */

#include <string.h>

#include "asp/le.h"
#include "asp/snp-commands.h"
#include "asp/snp-rmp.h"

/* Room and alignment for every command's buffer */
typedef union AspSnpBuffer {
    uint64_t gctx_paddr;    /* every buffer with a context begins with it */
    SnpCmdInitEx init_ex;
    SnpCmdShutdownEx shutdown_ex;
    SnpCmdAddr addr;
    SnpCmdActivate activate;
    SnpCmdGuestStatus guest_status;
    SnpCmdLaunchStart launch_start;
    SnpCmdLaunchUpdate launch_update;
    SnpCmdLaunchFinish launch_finish;
} AspSnpBuffer;

static uint32_t check_command(const Asp *asp, const AspSnpCommand *command,
                              size_t len)
{
    if (!command->handler || !asp->ops.rmp_read || !asp->ops.rmp_write ||
        !asp->ops.cpuid) {
        return SEV_FW_UNSUPPORTED;
    }
    if (len != command->size) {
        return SEV_FW_INVALID_LEN;
    }
    if (!(command->pstates & ASP_IN(asp->snp.state))) {
        return SEV_FW_INVALID_PLATFORM_STATE;
    }
    return SEV_FW_SUCCESS;
}

static uint32_t check_guest(Asp *asp, const AspSnpCommand *command,
                            const AspSnpBuffer *buffer, AspSnpGuest **guest)
{
    uint64_t gctx = asp_le64(buffer->gctx_paddr);

    *guest = NULL;
    if (!command->gstates) {
        return SEV_FW_SUCCESS;
    }
    if (gctx % SNP_PAGE_SIZE) {
        return SEV_FW_INVALID_ADDRESS;
    }
    *guest = asp_snp_find(asp, gctx);
    if (!*guest) {
        return SEV_FW_INVALID_GUEST;
    }
    if (!(command->gstates & ASP_IN((*guest)->state))) {
        return SEV_FW_INVALID_GUEST_STATE;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_snp_run(Asp *asp, const AspSnpCommand *command, const void *buf,
                     size_t len)
{
    AspSnpBuffer buffer = { 0 };
    AspSnpGuest *guest;
    uint32_t status;

    status = check_command(asp, command, len);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (len) {
        memcpy(&buffer, buf, len);
    }
    status = check_guest(asp, command, &buffer, &guest);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return command->handler(asp, guest, &buffer);
}
