/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the commands: each gives the secure processor what the host's driver
 * would give it, and tells the answer.
 */

#include "platform/tool/commands.h"

#include <string.h>

#include "platform/tool/model.h"
#include "platform/tool/snp.h"

static void add_int(JsonBuilder *out, const char *name, int64_t value)
{
    json_builder_set_member_name(out, name);
    json_builder_add_int_value(out, value);
}

static void add_string(JsonBuilder *out, const char *name, const char *value)
{
    json_builder_set_member_name(out, name);
    json_builder_add_string_value(out, value);
}

static void add_bytes(JsonBuilder *out, const char *name, const void *data,
                      size_t len)
{
    g_autofree char *text = g_base64_encode(data, len);

    add_string(out, name, text);
}

static bool init(ToolHost *host, GError **errp)
{
    SevCmdInit cmd = { 0 };

    return tool_host_command(host, SEV_CMD_INIT, &cmd, sizeof(cmd), errp);
}

/* Who made the chip is settled by now; see main.c for --vendor. */
static bool run_create(ToolHost *host, JsonBuilder *out, GError **errp)
{
    if (!platform_dir_is_new(host->dir)) {
        g_set_error(errp, TOOL_ERROR, TOOL_EXIT_USAGE,
                    "%s: there is a platform already",
                    platform_dir_path(host->dir));
        return false;
    }
    return true;
}

/* What it is, and with which firmware it left the factory */
static void add_model(ToolHost *host, JsonBuilder *out)
{
    const AspModel *model = &platform_dir_fuses(host->dir)->model;
    const AspProduct *product = asp_product_of(model);
    g_autofree char *cpuid = g_strdup_printf("0x%08x",
                                             le32_get(model->cpuid));
    g_autofree char *tcb = tool_tcb_text(product, model->tcb);

    add_string(out, "product", product->name);
    add_string(out, "cpuid", cpuid);
    if (*tcb) {
        add_string(out, "factory-tcb", tcb);
    }
}

static bool run_status(ToolHost *host, JsonBuilder *out, GError **errp)
{
    static const char *const states[] = { "uninit", "init", "working" };
    SevCmdPlatformStatus status;
    uint32_t config;

    if (!tool_snp_start(host, errp) || !init(host, errp) ||
        !tool_host_command(host, SEV_CMD_PLATFORM_STATUS, &status,
                           sizeof(status), errp)) {
        return false;
    }
    config = le32_get(status.config);
    add_int(out, "api-major", status.api_major);
    add_int(out, "api-minor", status.api_minor);
    add_int(out, "build-id", config >> SEV_CONFIG_BUILD_SHIFT);
    add_string(out, "state", status.state < G_N_ELEMENTS(states)
                             ? states[status.state] : "unknown");
    add_string(out, "owner", status.owner & 1 ? "external" : "self");
    json_builder_set_member_name(out, "es");
    json_builder_add_boolean_value(out, config & SEV_CONFIG_ES);
    add_int(out, "guests", le32_get(status.guest_count));
    add_model(host, out);
    return tool_snp_status(host, out, errp);
}

/* The certificates that the chip itself hands out; @cek is not signed. */
static bool export(ToolHost *host, JsonBuilder *out, SevCert *cek,
                   GError **errp)
{
    SevCert pdh;
    SevCertChain chain;
    SevCmdPdhCertExport cmd = {
        .pdh_paddr = le64_of(TOOL_MEMORY_BASE),
        .pdh_len = le32_of(sizeof(pdh)),
        .chain_paddr = le64_of(TOOL_MEMORY_BASE + sizeof(pdh)),
        .chain_len = le32_of(sizeof(chain)),
    };

    G_STATIC_ASSERT(sizeof(pdh) + sizeof(chain) <= TOOL_MEMORY_SIZE);
    if (!init(host, errp) ||
        !tool_host_command(host, SEV_CMD_PDH_CERT_EXPORT, &cmd, sizeof(cmd),
                           errp)) {
        return false;
    }
    memcpy(&pdh, host->memory, sizeof(pdh));
    memcpy(&chain, host->memory + sizeof(pdh), sizeof(chain));
    add_bytes(out, "pdh", &pdh, sizeof(pdh));
    add_bytes(out, "pek", &chain.pek, sizeof(chain.pek));
    add_bytes(out, "oca", &chain.oca, sizeof(chain.oca));
    *cek = chain.cek;
    return true;
}

static bool run_export(ToolHost *host, JsonBuilder *out, GError **errp)
{
    SevCert cek;

    if (!export(host, out, &cek, errp)) {
        return false;
    }
    add_bytes(out, "cek", &cek, sizeof(cek));
    return true;
}

static bool run_export_full(ToolHost *host, JsonBuilder *out, GError **errp)
{
    SevCert cek;

    if (!export(host, out, &cek, errp)) {
        return false;
    }
    add_bytes(out, "cek", platform_dir_cek(host->dir), sizeof(SevCert));
    add_bytes(out, "ask", platform_dir_ask(host->dir), sizeof(AmdCert));
    add_bytes(out, "ark", platform_dir_ark(host->dir), sizeof(AmdCert));
    return true;
}

static bool run_get_id(ToolHost *host, JsonBuilder *out, GError **errp)
{
    SevCmdGetId cmd = {
        .paddr = le64_of(TOOL_MEMORY_BASE),
        .len = le32_of(SEV_CHIP_ID_SIZE),
    };
    g_autoptr(GString) hex = g_string_new(NULL);

    if (!init(host, errp) ||
        !tool_host_command(host, SEV_CMD_GET_ID, &cmd, sizeof(cmd), errp)) {
        return false;
    }
    for (size_t i = 0; i < SEV_CHIP_ID_SIZE; i++) {
        g_string_append_printf(hex, "%02x", host->memory[i]);
    }
    add_bytes(out, "id", host->memory, SEV_CHIP_ID_SIZE);
    add_string(out, "hex", hex->str);
    return true;
}

static bool run_pdh_gen(ToolHost *host, JsonBuilder *out, GError **errp)
{
    return init(host, errp) &&
           tool_host_command(host, SEV_CMD_PDH_GEN, NULL, 0, errp);
}

static bool run_pek_gen(ToolHost *host, JsonBuilder *out, GError **errp)
{
    return tool_host_no_guests(host, SEV_CMD_PEK_GEN, errp) &&
           init(host, errp) &&
           tool_host_command(host, SEV_CMD_PEK_GEN, NULL, 0, errp);
}

/* Without INIT, which a damaged flash does not let pass */
static bool run_reset(ToolHost *host, JsonBuilder *out, GError **errp)
{
    return tool_host_no_guests(host, SEV_CMD_PLATFORM_RESET, errp) &&
           tool_host_command(host, SEV_CMD_PLATFORM_RESET, NULL, 0, errp);
}

const ToolCommand tool_commands[] = {
    { "create", "make the platform, which must not be there yet",
      TOOL_VENDOR | TOOL_PRODUCT | TOOL_API | TOOL_TCB, run_create },
    { "export", "certificates as the chip has them: pdh, pek, oca, cek",
      0, run_export },
    { "export-full", "the same, the CEK signed, and with ask and ark",
      0, run_export_full },
    { "get-id", "the chip's id", 0, run_get_id },
    { "pdh-gen", "make another PDH: sessions for the old one are void",
      0, run_pdh_gen },
    { "pek-gen", "make another OCA, PEK and PDH", 0, run_pek_gen },
    { "reset", "forget OCA, PEK and PDH; the next command makes others",
      0, run_reset },
    { "snp-commit", "never again firmware below what runs now",
      TOOL_VENDOR, tool_snp_commit },
    { "snp-config", "what reports tell: the TCB, and what is masked",
      TOOL_VENDOR | TOOL_TCB | TOOL_MASKS, tool_snp_config },
    { "snp-update", "other firmware: its version and TCB",
      TOOL_VENDOR | TOOL_API | TOOL_TCB, tool_snp_update },
    { "snp-vlek", "sign reports by a provider's VLEK, or not any more",
      TOOL_VENDOR | TOOL_CSP, tool_snp_vlek },
    { "status", "state and version of the firmware", 0, run_status },
    { NULL },
};
