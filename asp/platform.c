/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles platform commands (55766 chapter 5, Platform Management API): INIT,
 * SHUTDOWN, PLATFORM_RESET, PLATFORM_STATUS, DF_FLUSH, GET_ID.
 */

#include "asp/commands.h"
#include "asp/context.h"
#include "asp/crypto.h"
#include "asp/firmware.h"
#include "asp/flash.h"

_Static_assert(sizeof(((AspFuses *)0)->chip_id) == SEV_CHIP_ID_SIZE,
               "AspFuses.chip_id has a wrong size");

/* The identity in flash; a new one, stored there, when there is none */
static uint32_t load_identity(Asp *asp)
{
    AspFlashContent content;
    uint32_t status = asp_flash_load(asp, &content);

    if (status == SEV_FW_SUCCESS && !content.has_identity) {
        status = asp_identity_make(asp, &content.identity);
        if (status == SEV_FW_SUCCESS) {
            content.has_identity = true;
            status = asp_flash_store(asp, &content);
        }
    }
    if (status == SEV_FW_SUCCESS) {
        asp->identity = content.identity;
    }
    asp_wipe(&content, sizeof(content));
    return status;
}

/*
 * The region that SEV-ES needs. Real firmware takes it away from everybody
 * else; this one has no use for it, and does not look whether it is memory.
 */
static uint32_t check_tmr(const SevCmdInit *cmd)
{
    if (le32_get(cmd->tmr_len) != SEV_TMR_SIZE) {
        return SEV_FW_INVALID_LEN;
    }
    if (le64_get(cmd->tmr_paddr) % SEV_TMR_SIZE) {
        return SEV_FW_INVALID_ADDRESS;
    }
    return SEV_FW_SUCCESS;
}

/*
 * 55766 INIT. Without the option for SEV-ES the region for it is ignored,
 * as the specification says.
 *
 * Real firmware makes a new PDH each time. Here one lasts until PDH_GEN,
 * since a platform is initialized for each run of the emulator, and the
 * sessions that guest owners have made for it are to stay valid.
 */
uint32_t asp_cmd_init(Asp *asp, AspGuest *guest, void *buf)
{
    const SevCmdInit *cmd = buf;
    bool es = le32_get(cmd->options) & SEV_INIT_ES;
    uint32_t status = SEV_FW_SUCCESS;

    if (le32_get(cmd->reserved) || le32_get(cmd->options) & ~SEV_INIT_ES) {
        return SEV_FW_INVALID_PARAM;
    }
    if (es) {
        status = asp->product->es ? check_tmr(cmd) : SEV_FW_UNSUPPORTED;
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_firmware_boot(asp);
    }
    if (status == SEV_FW_SUCCESS) {
        status = load_identity(asp);
    }
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    asp->es = es;
    asp->state = SEV_PSTATE_INIT;
    return SEV_FW_SUCCESS;
}

/* 55766 SHUTDOWN: all that is known of platform and guests is wiped */
uint32_t asp_cmd_shutdown(Asp *asp, AspGuest *guest, void *buf)
{
    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        asp_guest_free(&asp->guests[i]);
    }
    asp_wipe(&asp->identity, sizeof(asp->identity));
    asp->es = false;
    asp->state = SEV_PSTATE_UNINIT;
    return SEV_FW_SUCCESS;
}

/*
 * 55766 PLATFORM_RESET: the platform forgets who it is; the next INIT makes
 * it another one of the same chip. What was committed stays, or it would be
 * a way back to old firmware. It is the way out when the flash is damaged,
 * too; then only the firmware that runs may still know what was committed.
 */
uint32_t asp_cmd_platform_reset(Asp *asp, AspGuest *guest, void *buf)
{
    AspFlashContent content;
    uint32_t status = asp_flash_load(asp, &content);

    if (status == SEV_FW_SECURE_DATA_INVALID) {
        content.committed = asp->snp.committed;
        status = SEV_FW_SUCCESS;
    }
    if (status == SEV_FW_SUCCESS) {
        content.has_identity = false;
        status = asp_flash_store(asp, &content);
    }
    asp_wipe(&content, sizeof(content));
    return status;
}

/* 55766 PLATFORM_STATUS. The platform is its own owner: nothing else yet */
uint32_t asp_cmd_platform_status(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdPlatformStatus *cmd = buf;

    asp_firmware_boot(asp);
    cmd->api_major = asp->snp.current.major;
    cmd->api_minor = asp->snp.current.minor;
    cmd->state = asp->state;
    cmd->owner = 0;
    cmd->config = le32_of((uint32_t)asp->snp.current.build <<
                          SEV_CONFIG_BUILD_SHIFT |
                          (asp->es ? SEV_CONFIG_ES : 0));
    cmd->guest_count = le32_of(asp_guest_count(asp));
    return SEV_FW_SUCCESS;
}

/* 55766 DF_FLUSH: there are no write buffers to flush, see ACTIVATE */
uint32_t asp_cmd_df_flush(Asp *asp, AspGuest *guest, void *buf)
{
    return SEV_FW_SUCCESS;
}

/* 55766 GET_ID. One socket, so one id */
uint32_t asp_cmd_get_id(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdGetId *cmd = buf;
    uint32_t status;

    if (le32_get(cmd->len) < SEV_CHIP_ID_SIZE) {
        cmd->len = le32_of(SEV_CHIP_ID_SIZE);
        return SEV_FW_INVALID_LEN;
    }
    status = asp_write(asp, le64_get(cmd->paddr), asp->fuses.chip_id,
                       SEV_CHIP_ID_SIZE);
    if (status == SEV_FW_SUCCESS) {
        cmd->len = le32_of(SEV_CHIP_ID_SIZE);
    }
    return status;
}
