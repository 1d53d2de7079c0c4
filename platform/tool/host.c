/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a host without guests. See host.h. */

#include "platform/tool/host.h"

#include <gcrypt.h>
#include <string.h>

#include "asp/product.h"

GQuark tool_error_quark(void)
{
    return g_quark_from_static_string("sevemu-platform");
}

/* Where @len bytes at @paddr lie, or NULL when that is not memory */
static uint8_t *memory_at(ToolHost *host, uint64_t paddr, size_t len)
{
    if (paddr < TOOL_MEMORY_BASE ||
        paddr - TOOL_MEMORY_BASE > TOOL_MEMORY_SIZE ||
        len > TOOL_MEMORY_SIZE - (paddr - TOOL_MEMORY_BASE)) {
        return NULL;
    }
    return host->memory + (paddr - TOOL_MEMORY_BASE);
}

static int host_read(void *opaque, uint64_t paddr, void *buf, size_t len)
{
    const uint8_t *from = memory_at(opaque, paddr, len);

    if (!from) {
        return -1;
    }
    memcpy(buf, from, len);
    return 0;
}

static int host_write(void *opaque, uint64_t paddr, const void *buf,
                      size_t len)
{
    uint8_t *to = memory_at(opaque, paddr, len);

    if (!to) {
        return -1;
    }
    memcpy(to, buf, len);
    return 0;
}

/* There are no guests. */
static int host_write_private(void *opaque, uint32_t asid, uint64_t paddr,
                              const void *buf, size_t len)
{
    return -1;
}

static int host_random(void *opaque, void *buf, size_t len)
{
    gcry_randomize(buf, len, GCRY_STRONG_RANDOM);
    return 0;
}

static int host_flash_read(void *opaque, void *buf, size_t size, size_t *len)
{
    ToolHost *host = opaque;

    return platform_dir_flash_read(host->dir, buf, size, len);
}

static int host_flash_write(void *opaque, const void *buf, size_t len)
{
    ToolHost *host = opaque;

    return platform_dir_flash_write(host->dir, buf, len);
}

/* There is an RMP, which covers nothing: no page is anybody's. */
static int host_rmp_read(void *opaque, uint64_t paddr, RmpEntry *entry)
{
    return -1;
}

static int host_rmp_write(void *opaque, uint64_t paddr, const RmpEntry *entry)
{
    return -1;
}

static int host_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                      uint64_t xcr0, uint64_t xss, uint32_t out[4])
{
    return -1;
}

static const AspOps host_ops = {
    .size = sizeof(AspOps),
    .read = host_read,
    .write = host_write,
    .write_private = host_write_private,
    .random = host_random,
    .flash_read = host_flash_read,
    .flash_write = host_flash_write,
    .rmp_read = host_rmp_read,
    .rmp_write = host_rmp_write,
    .cpuid = host_cpuid,
};

/* What of the platform's directory reaches the user */
bool tool_host_file_error(GError *error, GError **errp)
{
    g_set_error_literal(errp, TOOL_ERROR, TOOL_EXIT_USAGE, error->message);
    g_error_free(error);
    return false;
}

static bool switch_on(ToolHost *host, const char *path,
                      const PlatformMake *make, GError **errp)
{
    GError *error = NULL;

    host->dir = platform_dir_open(path, make, &error);
    if (!host->dir || !platform_dir_lock(host->dir, &error)) {
        return tool_host_file_error(error, errp);
    }
    host->asp = asp_new(&host_ops, platform_dir_fuses(host->dir), host);
    if (!host->asp) {
        g_set_error(errp, TOOL_ERROR, TOOL_EXIT_USAGE,
                    "%s: the secure processor does not start: libgcrypt is "
                    "not usable", platform_dir_path(host->dir));
        return false;
    }
    return true;
}

ToolHost *tool_host_new(const char *path, const PlatformMake *make,
                        GError **errp)
{
    g_autoptr(ToolHost) host = g_new0(ToolHost, 1);

    return switch_on(host, path, make, errp) ? g_steal_pointer(&host)
                                               : NULL;
}

void tool_host_free(ToolHost *host)
{
    if (host) {
        asp_free(host->asp);
        platform_dir_close(host->dir);
        g_free(host);
    }
}

/* Why, for those statuses whose reason is known */
static const char *reason_of(const ToolHost *host)
{
    const AspModel *model = &platform_dir_fuses(host->dir)->model;

    switch (host->status) {
    case SEV_FW_INVALID_COMMAND:
        return asp_product_of(model)->snp ? "the firmware is too old for it"
                                          : "the processor has no SEV-SNP";
    case SEV_FW_SECURE_DATA_INVALID:
        return platform_dir_flash_path(host->dir);
    case SEV_FW_HWERROR_PLATFORM:
        return platform_dir_flash_error(host->dir);
    default:
        return NULL;
    }
}

bool tool_host_refused(ToolHost *host, uint32_t id, uint32_t status,
                       GError **errp)
{
    const char *reason;

    host->command = asp_command_name(id);
    host->status = status;
    reason = reason_of(host);
    g_set_error(errp, TOOL_ERROR, TOOL_EXIT_REFUSED, "%s: %s%s%s%s",
                host->command, asp_status_name(status), reason ? " (" : "",
                reason ? reason : "", reason ? ")" : "");
    return false;
}

bool tool_host_command(ToolHost *host, uint32_t id, void *buf, size_t len,
                       GError **errp)
{
    uint32_t status = asp_command(host->asp, id, buf, len);

    return status == SEV_FW_SUCCESS ||
           tool_host_refused(host, id, status, errp);
}

bool tool_host_read_settings(ToolHost *host, GError **errp)
{
    GError *error = NULL;

    return platform_dir_settings(host->dir, &host->settings, &error) ||
           tool_host_file_error(error, errp);
}

bool tool_host_no_guests(ToolHost *host, uint32_t id, GError **errp)
{
    GError *error = NULL;

    if (platform_dir_exclude(host->dir, &error)) {
        return true;
    }
    if (g_error_matches(error, PLATFORM_DIR_ERROR,
                        PLATFORM_DIR_ERROR_BUSY)) {
        g_error_free(error);
        return tool_host_refused(host, id, SEV_FW_INVALID_PLATFORM_STATE, errp);
    }
    return tool_host_file_error(error, errp);
}
