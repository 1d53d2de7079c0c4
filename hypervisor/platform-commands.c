/*
 * SEV_ISSUE_CMD: what Linux' CCP driver does for /dev/sev
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/psp-sev.h>
#include "qemu/bitops.h"
#include "abi/sev.h"
#include "hypervisor/sev-host.h"

/*
 * Linux' flags are the firmware's owner byte and the three bytes of
 * configuration that follow it.
 */
static uint32_t status_flags(const SevCmdPlatformStatus *status)
{
    uint32_t config = status->config & MAKE_64BIT_MASK(0,
                                                       SEV_CONFIG_BUILD_SHIFT);

    return status->owner | config << 8;
}

static int platform_status(SevHost *host, void *data, int *fw_error)
{
    struct sev_user_data_status *arg = data;
    SevCmdPlatformStatus status = {};
    int ret;

    ret = sev_host_command(host, SEV_CMD_PLATFORM_STATUS, &status,
                           sizeof(status), fw_error);
    if (!ret) {
        arg->api_major = status.api_major;
        arg->api_minor = status.api_minor;
        arg->state = status.state;
        arg->flags = status_flags(&status);
        arg->build = status.config >> SEV_CONFIG_BUILD_SHIFT;
        arg->guest_count = status.guest_count;
    }
    return ret;
}

typedef int PlatformCommand(SevHost *host, void *data, int *fw_error);

static PlatformCommand *const platform_commands[SEV_MAX] = {
    [SEV_PLATFORM_STATUS] = platform_status,
};

int sev_host_platform_command(SevHost *host, int cmd, void *data,
                              int *fw_error)
{
    int ret;

    *fw_error = SEV_FW_SUCCESS;
    if (cmd < 0 || cmd >= SEV_MAX || !platform_commands[cmd]) {
        return -EINVAL;
    }

    ret = platform_commands[cmd](host, data, fw_error);
    host_memory_take_back(host->mem);
    return ret;
}
