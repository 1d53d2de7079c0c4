/*
 * SEV_ISSUE_CMD: what Linux' CCP driver does for /dev/sev
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/psp-sev.h>
#include "qemu/bitops.h"
#include "abi/sev.h"
#include "hypervisor/psp/sev-host.h"

/*
 * Linux' flags are the firmware's owner byte and the three bytes of
 * configuration that follow it.
 */
static uint32_t status_flags(const SevCmdPlatformStatus *status)
{
    uint32_t config = le32_get(status->config) &
                      MAKE_64BIT_MASK(0, SEV_CONFIG_BUILD_SHIFT);

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
        arg->build = le32_get(status.config) >> SEV_CONFIG_BUILD_SHIFT;
        arg->guest_count = le32_get(status.guest_count);
    }
    return ret;
}

static int pdh_cert_export(SevHost *host, void *data, int *fw_error)
{
    struct sev_user_data_pdh_cert_export *arg = data;
    SevCmdPdhCertExport export = {};
    g_auto(HostLoan) loan = { .mem = host->mem };
    int ret;

    /* Without both buffers it is the lengths that are asked for. */
    if (arg->pdh_cert_address && arg->cert_chain_address) {
        export.pdh_paddr = sev_host_lend(&loan, arg->pdh_cert_address,
                                         arg->pdh_cert_len);
        export.pdh_len = le32_of(arg->pdh_cert_len);
        export.chain_paddr = sev_host_lend(&loan, arg->cert_chain_address,
                                           arg->cert_chain_len);
        export.chain_len = le32_of(arg->cert_chain_len);
    }

    ret = sev_host_command(host, SEV_CMD_PDH_CERT_EXPORT, &export,
                           sizeof(export), fw_error);
    arg->pdh_cert_len = le32_get(export.pdh_len);
    arg->cert_chain_len = le32_get(export.chain_len);
    return ret;
}

static int get_id2(SevHost *host, void *data, int *fw_error)
{
    struct sev_user_data_get_id2 *arg = data;
    SevCmdGetId id = {};
    g_auto(HostLoan) loan = { .mem = host->mem };
    int ret;

    if (arg->address) {
        id.paddr = sev_host_lend(&loan, arg->address, arg->length);
        id.len = le32_of(arg->length);
    }

    ret = sev_host_command(host, SEV_CMD_GET_ID, &id, sizeof(id), fw_error);
    arg->length = le32_get(id.len);
    return ret;
}

typedef int PlatformCommand(SevHost *host, void *data, int *fw_error);

static PlatformCommand *const platform_commands[SEV_MAX] = {
    [SEV_PLATFORM_STATUS] = platform_status,
    [SEV_PDH_CERT_EXPORT] = pdh_cert_export,
    [SEV_GET_ID2] = get_id2,
};

int sev_host_platform_command(SevHost *host, int cmd, void *data,
                              int *fw_error)
{
    *fw_error = SEV_FW_SUCCESS;
    if (cmd < 0 || cmd >= SEV_MAX || !platform_commands[cmd]) {
        return -EINVAL;
    }

    return platform_commands[cmd](host, data, fw_error);
}
