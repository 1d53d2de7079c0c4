/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mailbox: the checks that all commands have in common, then the
 * command's own handler. Knows no command by name.
 */

#include <string.h>

#include "asp/asp.h"
#include "asp/commands.h"
#include "asp/le.h"
#include "asp/snp-commands.h"

/* Room and alignment for every command's buffer */
typedef union AspBuffer {
    uint32_t handle;    /* every buffer with a handle begins with it */
    uint64_t align;
    SevCmdInit init;
    SevCmdPlatformStatus platform_status;
    SevCmdPdhCertExport pdh_cert_export;
    SevCmdGetId get_id;
    SevCmdActivate activate;
    SevCmdGuestStatus guest_status;
    SevCmdLaunchStart launch_start;
    SevCmdLaunchUpdateData launch_update_data;
    SevCmdLaunchUpdateVmsa launch_update_vmsa;
    SevCmdLaunchMeasure launch_measure;
    SevCmdLaunchUpdateSecret launch_update_secret;
    SevCmdAttestation attestation;
} AspBuffer;

/*
 * What needs no buffer: whether the command exists, is given a buffer of
 * its size, and is allowed in the platform's state.
 */
static uint32_t check_command(const Asp *asp, const AspCommand *command,
                              size_t len)
{
    if (!command) {
        return SEV_FW_INVALID_COMMAND;
    }
    if (!command->handler) {
        return SEV_FW_UNSUPPORTED;
    }
    if (len != command->size) {
        return SEV_FW_INVALID_LEN;
    }
    if (!(command->pstates & ASP_IN(asp->state))) {
        return SEV_FW_INVALID_PLATFORM_STATE;
    }
    return SEV_FW_SUCCESS;
}

/* Then whether its handle is a guest's, in a state where it is allowed. */
static uint32_t check_guest(Asp *asp, const AspCommand *command,
                            const AspBuffer *buffer, AspGuest **guest)
{
    *guest = NULL;
    if (!command->gstates) {
        return SEV_FW_SUCCESS;
    }
    *guest = asp_guest_find(asp, asp_le32(buffer->handle));
    if (!*guest) {
        return SEV_FW_INVALID_GUEST;
    }
    if (!(command->gstates & ASP_IN((*guest)->state))) {
        return SEV_FW_INVALID_GUEST_STATE;
    }
    return SEV_FW_SUCCESS;
}

static uint32_t run(Asp *asp, const AspCommand *command, void *buf, size_t len)
{
    AspBuffer buffer = { 0 };
    AspGuest *guest;
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
    status = command->handler(asp, guest, &buffer);
    if (len) {
        memcpy(buf, &buffer, len);
    }
    return status;
}

uint32_t asp_command(Asp *asp, uint32_t id, void *buf, size_t len)
{
    const AspSnpCommand *snp = asp_snp_command_find(id);
    uint32_t status = snp ? asp_snp_run(asp, snp, buf, len)
                          : run(asp, asp_command_find(id), buf, len);

    if (asp->ops.trace) {
        asp->ops.trace(asp->opaque, asp_command_name(id), status);
    }
    return status;
}
