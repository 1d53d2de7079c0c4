/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Platform commands (55766 chapter 5, Platform Management API): INIT,
 * SHUTDOWN, PLATFORM_STATUS.
 */

#include "asp/commands.h"
#include "asp/le.h"

/*
 * 55766 INIT. SEV-ES is not there yet, so asking for it is answered as
 * firmware without the feature does; the region for it is ignored without
 * the option, as the specification says.
 */
uint32_t asp_cmd_init(Asp *asp, AspGuest *guest, void *buf)
{
    const SevCmdInit *cmd = buf;

    if (cmd->reserved || asp_le32(cmd->options) & ~SEV_INIT_ES) {
        return SEV_FW_INVALID_PARAM;
    }
    if (asp_le32(cmd->options) & SEV_INIT_ES) {
        return SEV_FW_UNSUPPORTED;
    }
    asp->state = SEV_PSTATE_INIT;
    return SEV_FW_SUCCESS;
}

/* 55766 SHUTDOWN: all that is known of platform and guests is wiped */
uint32_t asp_cmd_shutdown(Asp *asp, AspGuest *guest, void *buf)
{
    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        asp_guest_free(&asp->guests[i]);
    }
    asp->state = SEV_PSTATE_UNINIT;
    return SEV_FW_SUCCESS;
}

/* 55766 PLATFORM_STATUS. The platform is its own owner: nothing else yet */
uint32_t asp_cmd_platform_status(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdPlatformStatus *cmd = buf;

    cmd->api_major = ASP_API_MAJOR;
    cmd->api_minor = ASP_API_MINOR;
    cmd->state = asp->state;
    cmd->owner = 0;
    cmd->config = asp_le32((uint32_t)ASP_BUILD << SEV_CONFIG_BUILD_SHIFT);
    cmd->guest_count = asp_le32(asp_guest_count(asp));
    return SEV_FW_SUCCESS;
}
