/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells a platform's firmware about SEV-SNP. See snp.h. */

#include "platform/tool/snp.h"

#include <gcrypt.h>
#include <string.h>

#include "abi/snp.h"
#include "platform/platform-boot.h"
#include "platform/tool/model.h"
#include "vendor/vendor.h"

static const AspModel *model_of(const ToolHost *host)
{
    return &platform_dir_fuses(host->dir)->model;
}

static uint32_t boot_command(void *opaque, uint32_t id, void *buf, size_t len)
{
    ToolHost *host = opaque;

    return asp_command(host->asp, id, buf, len);
}

/* One at a time is enough: the secure processor copies what it is lent. */
static uint64_t boot_lend(void *opaque, const void *data, size_t len)
{
    ToolHost *host = opaque;

    memcpy(host->memory, data, len);
    return TOOL_MEMORY_BASE;
}

static const PlatformBootOps boot_ops = { boot_command, boot_lend };

static bool boot_firmware(ToolHost *host, GError **errp)
{
    uint32_t id = 0;
    uint32_t status = platform_boot_firmware(&host->settings, model_of(host),
                                             &boot_ops, host, &id);

    return status == SEV_FW_SUCCESS || tool_host_refused(host, id, status,
                                                         errp);
}

static bool boot_config(ToolHost *host, GError **errp)
{
    uint32_t id = 0;
    uint32_t status = platform_boot_config(&host->settings, &boot_ops, host,
                                           &id);

    return status == SEV_FW_SUCCESS || tool_host_refused(host, id, status,
                                                         errp);
}

static bool get_status(ToolHost *host, SnpPlatformStatus *status,
                       GError **errp)
{
    SnpCmdAddr cmd = { .paddr = le64_of(TOOL_MEMORY_BASE) };

    if (!tool_host_command(host, SNP_CMD_PLATFORM_STATUS, &cmd, sizeof(cmd),
                           errp)) {
        return false;
    }
    memcpy(status, host->memory, sizeof(*status));
    return true;
}

/* Into a state in which it can be told things */
static bool start(ToolHost *host, GError **errp)
{
    return tool_host_read_settings(host, errp) && boot_firmware(host, errp) &&
           tool_host_command(host, SNP_CMD_INIT, NULL, 0, errp);
}

bool tool_snp_start(ToolHost *host, GError **errp)
{
    return !asp_product_of(model_of(host))->snp ||
           (start(host, errp) && boot_config(host, errp));
}

static void add_string(JsonBuilder *out, const char *name, const char *value)
{
    json_builder_set_member_name(out, name);
    json_builder_add_string_value(out, value);
}

static void add_bool(JsonBuilder *out, const char *name, bool value)
{
    json_builder_set_member_name(out, name);
    json_builder_add_boolean_value(out, value);
}

static void add_tcb(ToolHost *host, JsonBuilder *out, const char *name,
                    const SnpTcbVersion *tcb)
{
    g_autofree char *text = tool_tcb_text(asp_product_of(model_of(host)),
                                          tcb->byte);

    add_string(out, name, text);
}

bool tool_snp_status(ToolHost *host, JsonBuilder *out, GError **errp)
{
    SnpPlatformStatus status;
    uint32_t flags;

    if (!asp_product_of(model_of(host))->snp) {
        return true;
    }
    if (!get_status(host, &status, errp)) {
        return false;
    }
    flags = le32_get(status.flags);
    add_tcb(host, out, "current-tcb", &status.current_tcb);
    add_tcb(host, out, "reported-tcb", &status.reported_tcb);
    add_bool(out, "mask-chip-id", flags & SNP_STATUS_MASK_CHIP_ID);
    add_bool(out, "mask-chip-key", flags & SNP_STATUS_MASK_CHIP_KEY);
    add_bool(out, "vlek", flags & SNP_STATUS_VLEK);
    return true;
}

/*
 * Keeps what the firmware has just accepted, and has certificates for it
 * before guests ask for them. @vlek: NULL: those of the VCEK
 */
static bool keep(ToolHost *host, const PlatformVlek *vlek, GError **errp)
{
    SnpPlatformStatus status;
    GError *error = NULL;

    if (!get_status(host, &status, errp)) {
        return false;
    }
    return (platform_dir_renew_certs(host->dir, host->options->vendor,
                                     status.reported_tcb.byte, vlek,
                                     &error) &&
            platform_dir_set_settings(host->dir, &host->settings, &error)) ||
           tool_host_file_error(error, errp);
}

bool tool_snp_update(ToolHost *host, JsonBuilder *out, GError **errp)
{
    const AspProduct *product = asp_product_of(model_of(host));
    const ToolOptions *options = host->options;
    PlatformSettings *settings = &host->settings;
    SnpPlatformStatus status;

    if (!start(host, errp) || !get_status(host, &status, errp)) {
        return false;
    }
    settings->has_firmware = true;
    settings->has_vlek = false;         /* it was for the other TCB */
    settings->version[0] = status.api_major;
    settings->version[1] = status.api_minor;
    settings->version[2] = le32_get(status.build_id);
    memcpy(settings->firmware_tcb, status.current_tcb.byte, SNP_TCB_SIZE);
    return (!options->api || tool_api_read("--api", options->api,
                                           settings->version, errp)) &&
           (!options->tcb || tool_tcb_read(product, "--tcb", options->tcb,
                                           settings->firmware_tcb, errp)) &&
           boot_firmware(host, errp) && boot_config(host, errp) &&
           keep(host, NULL, errp) && tool_snp_status(host, out, errp);
}

/* What is committed runs after each boot, without being told. */
bool tool_snp_commit(ToolHost *host, JsonBuilder *out, GError **errp)
{
    SnpCmdCommit cmd = { .len = le32_of(sizeof(cmd)) };

    if (!start(host, errp) ||
        !tool_host_command(host, SNP_CMD_COMMIT, &cmd, sizeof(cmd), errp)) {
        return false;
    }
    host->settings.has_firmware = false;
    host->settings.has_vlek = false;
    return boot_config(host, errp) && keep(host, NULL, errp) &&
           tool_snp_status(host, out, errp);
}

bool tool_snp_config(ToolHost *host, JsonBuilder *out, GError **errp)
{
    const AspProduct *product = asp_product_of(model_of(host));
    const ToolOptions *options = host->options;
    PlatformSettings *settings = &host->settings;
    SnpPlatformStatus status;

    if (!start(host, errp) || !get_status(host, &status, errp)) {
        return false;
    }
    settings->has_config = true;
    settings->has_vlek = false;
    settings->mask_chip_id = options->mask_chip_id;
    settings->mask_chip_key = options->mask_chip_key;
    /* Zeros stand for whatever runs */
    memset(settings->reported_tcb, 0, SNP_TCB_SIZE);
    if (options->tcb) {
        memcpy(settings->reported_tcb, status.current_tcb.byte, SNP_TCB_SIZE);
    }
    return (!options->tcb || tool_tcb_read(product, "--tcb", options->tcb,
                                           settings->reported_tcb, errp)) &&
           boot_config(host, errp) && keep(host, NULL, errp) &&
           tool_snp_status(host, out, errp);
}

/* The manufacturer wraps the provider's key for this chip and TCB. */
static bool wrap(ToolHost *host, PlatformVlek *vlek, GError **errp)
{
    const AspFuses *fuses = platform_dir_fuses(host->dir);
    PlatformSettings *settings = &host->settings;
    SnpPlatformStatus status;
    uint8_t iv[12];

    if (!get_status(host, &status, errp)) {
        return false;
    }
    gcry_randomize(iv, sizeof(iv), GCRY_STRONG_RANDOM);
    if (asp_vlek_wrap(fuses, status.reported_tcb.byte, vlek->seed, iv,
                      settings->vlek)) {
        g_set_error(errp, TOOL_ERROR, TOOL_EXIT_USAGE,
                    "libgcrypt could not wrap the VLEK");
        return false;
    }
    settings->has_vlek = true;
    return true;
}

static bool get_seed(ToolHost *host, PlatformVlek *vlek, GError **errp)
{
    GError *error = NULL;

    return platform_dir_vlek_seed(host->dir, host->options->vendor, vlek,
                                  &error) || tool_host_file_error(error, errp);
}

bool tool_snp_vlek(ToolHost *host, JsonBuilder *out, GError **errp)
{
    PlatformVlek vlek = { .csp_id = host->options->csp_id };
    bool ok;

    if (!start(host, errp)) {
        return false;
    }
    host->settings.has_vlek = false;
    if (!boot_config(host, errp)) {
        return false;
    }
    if (!vlek.csp_id) {
        return keep(host, NULL, errp) && tool_snp_status(host, out, errp);
    }
    ok = get_seed(host, &vlek, errp) && wrap(host, &vlek, errp) &&
         boot_config(host, errp) && keep(host, &vlek, errp) &&
         tool_snp_status(host, out, errp);
    vendor_wipe(&vlek, sizeof(vlek));
    return ok;
}
