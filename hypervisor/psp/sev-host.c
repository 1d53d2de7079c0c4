/*
 * Connects the secure processor with QEMU: memory, random numbers, traces
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "crypto/random.h"
#include "qemu/guest-random.h"
#include "abi/sev.h"
#include "abi/snp.h"
#include "hypervisor/psp/sev-host.h"
#include "platform/platform-boot.h"
#include "hypervisor/launch/snp-commands.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/trace.h"

static int host_read(void *opaque, uint64_t paddr, void *buf, size_t len)
{
    SevHost *host = opaque;

    return host_memory_read(host->mem, paddr, buf, len) ? 0 : -1;
}

static int host_write(void *opaque, uint64_t paddr, const void *buf,
                      size_t len)
{
    SevHost *host = opaque;

    return host_memory_write(host->mem, paddr, buf, len) ? 0 : -1;
}

/* Memory is not encrypted: the guest reads what is written. */
static int host_write_private(void *opaque, uint32_t asid, uint64_t paddr,
                              const void *buf, size_t len)
{
    return host_write(opaque, paddr, buf, len);
}

static int host_random(void *opaque, void *buf, size_t len)
{
    return qcrypto_random_bytes(buf, len, NULL);
}

/* With -seed and rr= of -icount the same again, as all that a guest is given */
static int host_guest_random(void *opaque, void *buf, size_t len)
{
    return qemu_guest_getrandom(buf, len, NULL);
}

static int host_flash_read(void *opaque, void *buf, size_t size, size_t *len)
{
    SevHost *host = opaque;

    return platform_dir_flash_read(host->platform, buf, size, len);
}

static int host_flash_write(void *opaque, const void *buf, size_t len)
{
    SevHost *host = opaque;

    return platform_dir_flash_write(host->platform, buf, len);
}

static void host_trace(void *opaque, const char *command, uint32_t status)
{
    trace_sev_asp_command(command, asp_status_name(status));
}

static int host_rmp_read(void *opaque, uint64_t paddr, RmpEntry *entry)
{
    return snp_rmp() && rmp_get(snp_rmp(), paddr, entry) ? 0 : -1;
}

static int host_rmp_write(void *opaque, uint64_t paddr, const RmpEntry *entry)
{
    RmpEntry now;

    if (host_rmp_read(opaque, paddr, &now)) {
        return -1;
    }
    return rmp_firmware_change(snp_rmp(), NULL, paddr, rmp_page_state(&now),
                               entry) == RMP_SUCCESS ? 0 : -1;
}

static const AspOps host_ops = {
    .size = sizeof(AspOps),
    .read = host_read,
    .write = host_write,
    .write_private = host_write_private,
    .random = host_random,
    .flash_read = host_flash_read,
    .flash_write = host_flash_write,
    .trace = host_trace,
    .rmp_read = host_rmp_read,
    .rmp_write = host_rmp_write,
    .cpuid = snp_host_cpuid,
    .guest_random = host_guest_random,
};

/* GLib's error, as QEMU has them. */
static void take_gerror(Error **errp, GError *error)
{
    error_setg(errp, "SEV: %s", error->message);
    g_error_free(error);
}

/* What a boot says, and what it lends for it */
typedef struct Boot {
    SevHost *host;
    HostLoan loan;
} Boot;

static uint32_t boot_command(void *opaque, uint32_t id, void *buf, size_t len)
{
    SevHost *host = ((Boot *)opaque)->host;
    int status;

    sev_host_command(host, id, buf, len, &status);
    return status;
}

static uint64_t boot_lend(void *opaque, const void *data, size_t len)
{
    return host_loan_add(&((Boot *)opaque)->loan, (void *)data, len);
}

static const PlatformBootOps boot_ops = { boot_command, boot_lend };

/* Linux' driver gives it other firmware before it does anything else. */
static bool boot_firmware(SevHost *host, Error **errp)
{
    Boot boot = { host, { .mem = host->mem } };
    GError *error = NULL;
    uint32_t status;

    if (!platform_dir_settings(host->platform, &host->settings, &error)) {
        take_gerror(errp, error);
        return false;
    }
    status = platform_boot_firmware(&host->settings,
                                    &platform_dir_fuses(host->platform)->model,
                                    &boot_ops, &boot, &host->refused);
    host_loan_end(&boot.loan);
    if (status != SEV_FW_SUCCESS) {
        sev_host_init_error(host, status, errp);
    }
    return status == SEV_FW_SUCCESS;
}

int sev_host_configure(SevHost *host, int *fw_error)
{
    Boot boot = { host, { .mem = host->mem } };

    *fw_error = platform_boot_config(&host->settings, &boot_ops, &boot,
                                     &host->refused);
    host_loan_end(&boot.loan);
    return *fw_error == SEV_FW_SUCCESS ? 0 : -EIO;
}

SevHost *sev_host_new(const char *path, Error **errp)
{
    GError *error = NULL;
    PlatformDir *platform = platform_dir_open(path, NULL, &error);
    SevHost *host;

    if (!platform) {
        take_gerror(errp, error);
        return NULL;
    }

    host = g_new0(SevHost, 1);
    host->platform = platform;
    host->mem = host_memory_new();
    host->mailbox = psp_mailbox_new(platform, &host_ops, host);
    if (!host->mailbox) {
        error_setg(errp, "SEV: the secure processor does not start: "
                   "libgcrypt is not usable");
    }
    if (!host->mailbox || !boot_firmware(host, errp)) {
        sev_host_free(host);
        return NULL;
    }
    return host;
}

void sev_host_free(SevHost *host)
{
    psp_mailbox_free(host->mailbox);
    platform_dir_close(host->platform);
    host_memory_free(host->mem);
    g_free(host);
}

bool sev_host_enter(SevHost *host, Error **errp)
{
    GError *error = NULL;

    if (!platform_dir_enter(host->platform, &error)) {
        take_gerror(errp, error);
        return false;
    }
    return true;
}

void sev_host_init_error(SevHost *host, int fw_error, Error **errp)
{
    const char *why = platform_dir_flash_error(host->platform);

    if (why) {
        error_setg(errp, "SEV: %s", why);
    } else if (fw_error == SEV_FW_SECURE_DATA_INVALID) {
        error_setg(errp, "SEV: %s: damaged, or of another chip",
                   platform_dir_flash_path(host->platform));
    } else if (host->refused) {
        error_setg(errp, "SEV: %s/%s: the secure processor refuses %s: %s",
                   platform_dir_path(host->platform),
                   host->refused == SNP_CMD_VLEK_LOAD ? PLATFORM_VLEK
                                                      : PLATFORM_SETTINGS,
                   asp_command_name(host->refused), asp_status_name(fw_error));
    } else {
        error_setg(errp, "SEV: failed to initialize fw_error=%d '%s'",
                   fw_error, asp_status_name(fw_error));
    }
}

void sev_host_api_version(SevHost *host, unsigned *major, unsigned *minor)
{
    SevCmdPlatformStatus status = {};
    int fw_error;

    sev_host_command(host, SEV_CMD_PLATFORM_STATUS, &status, sizeof(status),
                     &fw_error);
    *major = status.api_major;
    *minor = status.api_minor;
}

bool sev_host_initialize(SevHost *host, Error **errp)
{
    SevCmdInit init = {};
    int fw_error;

    if (sev_host_command(host, SEV_CMD_INIT, &init, sizeof(init),
                         &fw_error)) {
        sev_host_init_error(host, fw_error, errp);
        return false;
    }
    return true;
}

int sev_host_command(SevHost *host, uint32_t id, void *buf, size_t len,
                     int *fw_error)
{
    *fw_error = psp_mailbox_command(host->mailbox, id, buf, len);
    return *fw_error == SEV_FW_SUCCESS ? 0 : -EIO;
}
