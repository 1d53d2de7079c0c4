/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serves the mailbox: the checks that all commands have in common, then the
 * command's own handler. Knows no command by name.
 */

#include <string.h>

#include "asp/asp.h"
#include "asp/commands.h"
#include "asp/context.h"
#include "asp/firmware.h"
#include "asp/snp-context.h"

/* Room and alignment for every command's buffer */
typedef union AspBuffer {
    le32 handle;            /* every buffer of SEV's with one begins with it */
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

    le64 gctx_paddr;        /* and every one of SEV-SNP's with a context */
    SnpCmdInitEx snp_init_ex;
    SnpCmdShutdownEx snp_shutdown_ex;
    SnpCmdAddr snp_addr;
    SnpCmdActivate snp_activate;
    SnpCmdGuestStatus snp_guest_status;
    SnpCmdGuestRequest snp_guest_request;
    SnpCmdLaunchStart snp_launch_start;
    SnpCmdLaunchUpdate snp_launch_update;
    SnpCmdLaunchFinish snp_launch_finish;
    SnpCmdConfig snp_config;
    SnpCmdDownloadFirmwareEx snp_download_firmware_ex;
    SnpCmdCommit snp_commit;
    SnpCmdVlekLoad snp_vlek_load;
    SnpCmdFeatureInfo snp_feature_info;
} AspBuffer;

/* The guest that a command is for: one of them, or none */
typedef struct Target {
    AspGuest *sev;
    AspSnpGuest *snp;
    unsigned state;
} Target;

/* The command's row, or NULL if this chip's firmware does not know it */
static const AspCommand *find_command(Asp *asp, uint32_t id)
{
    const AspVersion *version = &asp->snp.current;
    const AspCommand *command = asp_snp_command_find(id);

    if (command && !asp->product->snp) {
        return NULL;
    }
    if (!command) {
        command = asp_command_find(id);
    }
    if (command && command->since) {
        asp_firmware_boot(asp);
    }
    return command && ASP_API(version->major, version->minor) >= command->since
           ? command : NULL;
}

static bool is_supported(const Asp *asp, const AspCommand *command)
{
    if (command->snp_handler) {
        return asp->ops.rmp_read && asp->ops.rmp_write && asp->ops.cpuid;
    }
    return command->handler;
}

/*
 * What needs no buffer: whether the command exists, is given a buffer of
 * its size, and is allowed in the platform's state.
 */
static uint32_t check_command(const Asp *asp, const AspCommand *command,
                              size_t len)
{
    unsigned state;

    if (!command) {
        return SEV_FW_INVALID_COMMAND;
    }
    if (!is_supported(asp, command)) {
        return SEV_FW_UNSUPPORTED;
    }
    if (len != command->size) {
        return SEV_FW_INVALID_LEN;
    }
    state = command->snp_handler ? asp->snp.state : asp->state;
    if (!(command->pstates & ASP_IN(state))) {
        return SEV_FW_INVALID_PLATFORM_STATE;
    }
    return SEV_FW_SUCCESS;
}

static uint32_t find_sev(Asp *asp, uint32_t handle, Target *target)
{
    target->sev = asp_guest_find(asp, handle);
    if (!target->sev) {
        return SEV_FW_INVALID_GUEST;
    }
    target->state = target->sev->state;
    return SEV_FW_SUCCESS;
}

static uint32_t find_snp(Asp *asp, uint64_t gctx, Target *target)
{
    if (gctx % SNP_PAGE_SIZE) {
        return SEV_FW_INVALID_ADDRESS;
    }
    target->snp = asp_snp_find(asp, gctx);
    if (!target->snp) {
        return SEV_FW_INVALID_GUEST;
    }
    target->state = target->snp->state;
    return SEV_FW_SUCCESS;
}

/* Then whether it names a guest, in a state where the command is allowed. */
static uint32_t check_guest(Asp *asp, const AspCommand *command,
                            const AspBuffer *buffer, Target *target)
{
    uint32_t status;

    if (!command->gstates) {
        return SEV_FW_SUCCESS;
    }
    status = command->snp_handler
             ? find_snp(asp, le64_get(buffer->gctx_paddr), target)
             : find_sev(asp, le32_get(buffer->handle), target);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (!(command->gstates & ASP_IN(target->state))) {
        return SEV_FW_INVALID_GUEST_STATE;
    }
    return SEV_FW_SUCCESS;
}

static uint32_t run(Asp *asp, const AspCommand *command, void *buf, size_t len)
{
    AspBuffer buffer = { 0 };
    Target target = { 0 };
    uint32_t status;

    status = check_command(asp, command, len);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (len) {
        memcpy(&buffer, buf, len);
    }
    status = check_guest(asp, command, &buffer, &target);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (command->snp_handler) {
        return command->snp_handler(asp, target.snp, &buffer);
    }
    status = command->handler(asp, target.sev, &buffer);
    if (len) {
        memcpy(buf, &buffer, len);
    }
    return status;
}

uint32_t asp_command(Asp *asp, uint32_t id, void *buf, size_t len)
{
    uint32_t status = run(asp, find_command(asp, id), buf, len);

    if (asp->ops.trace) {
        asp->ops.trace(asp->opaque, asp_command_name(id), status);
    }
    return status;
}
