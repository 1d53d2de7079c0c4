/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows attestation reports: as JSON, and that in words. */

#include <stdio.h>
#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/report/report.h"

/* A bit of a number, and what it says when it is set */
typedef struct Bit {
    uint64_t bit;
    const char *name;
} Bit;

static const Bit policy_bits[] = {
    { SNP_GPOLICY_SMT, "smt" },
    { SNP_GPOLICY_MIGRATE_MA, "migrate-ma" },
    { SNP_GPOLICY_DEBUG, "debug" },
    { SNP_GPOLICY_SINGLE_SOCKET, "single-socket" },
    { SNP_GPOLICY_CXL_ALLOW, "cxl-allow" },
    { SNP_GPOLICY_MEM_AES_256_XTS, "mem-aes-256-xts" },
    { SNP_GPOLICY_RAPL_DIS, "rapl-dis" },
    { SNP_GPOLICY_CIPHERTEXT_HIDING, "ciphertext-hiding-dram" },
    { SNP_GPOLICY_PAGE_SWAP_DISABLE, "page-swap-disable" },
    { 0, NULL }
};

static const Bit platform_bits[] = {
    { SNP_PLATFORM_INFO_SMT, "smt" },
    { SNP_PLATFORM_INFO_TSME, "tsme" },
    { SNP_PLATFORM_INFO_ECC, "ecc" },
    { SNP_PLATFORM_INFO_RAPL_DIS, "rapl-dis" },
    { SNP_PLATFORM_INFO_CIPHERTEXT_HIDING, "ciphertext-hiding-dram" },
    { SNP_PLATFORM_INFO_ALIAS_CHECK, "alias-check-complete" },
    { 1u << 7, "tio" },
    { 0, NULL }
};

static void set_hex_number(JsonObject *object, const char *name,
                           uint64_t number)
{
    g_autofree char *text = g_strdup_printf("0x%" G_GINT64_MODIFIER "x",
                                            number);

    json_object_set_string_member(object, name, text);
}

static JsonObject *bits_json(uint64_t number, const Bit *bits)
{
    JsonObject *object = json_object_new();

    set_hex_number(object, "value", number);
    for (; bits->name; bits++) {
        json_object_set_boolean_member(object, bits->name,
                                       number & bits->bit);
    }
    return object;
}

static JsonObject *policy_json(uint64_t policy)
{
    JsonObject *object = bits_json(policy, policy_bits);

    json_object_set_int_member(object, "abi-major",
                               policy >> SNP_GPOLICY_API_MAJOR_SHIFT & 0xff);
    json_object_set_int_member(object, "abi-minor",
                               policy >> SNP_GPOLICY_API_MINOR_SHIFT & 0xff);
    return object;
}

static JsonObject *tcb_json(const SnpTcbVersion *tcb, bool has_fmc)
{
    JsonObject *object = json_object_new();

    if (has_fmc) {
        json_object_set_int_member(object, "fmc", tcb->turin.fmc);
        json_object_set_int_member(object, "boot-loader",
                                   tcb->turin.boot_loader);
        json_object_set_int_member(object, "tee", tcb->turin.tee);
        json_object_set_int_member(object, "snp", tcb->turin.snp);
        json_object_set_int_member(object, "microcode", tcb->turin.microcode);
    } else {
        json_object_set_int_member(object, "boot-loader",
                                   tcb->milan.boot_loader);
        json_object_set_int_member(object, "tee", tcb->milan.tee);
        json_object_set_int_member(object, "snp", tcb->milan.snp);
        json_object_set_int_member(object, "microcode", tcb->milan.microcode);
    }
    return object;
}

static JsonObject *key_json(uint32_t info)
{
    static const char *const signers[] = {
        "VCEK", "VLEK", "unknown (2)", "unknown (3)", "unknown (4)",
        "unknown (5)", "unknown (6)", "none",
    };
    JsonObject *object = json_object_new();

    json_object_set_string_member(
        object, "signer", signers[info >> SNP_REPORT_SIGNER_SHIFT & 7]);
    json_object_set_boolean_member(object, "mask-chip-key",
                                   info & SNP_REPORT_MASK_CHIP_KEY);
    json_object_set_boolean_member(object, "author-key",
                                   info & SNP_REPORT_AUTHOR_KEY);
    return object;
}

static void set_version(JsonObject *object, const char *name, unsigned major,
                        unsigned minor, unsigned build)
{
    g_autofree char *text = g_strdup_printf("%u.%u.%u", major, minor, build);

    json_object_set_string_member(object, name, text);
}

/* Which generation, or what of it is told */
static JsonObject *processor_json(const SnpReport *report)
{
    JsonObject *object = json_object_new();
    const char *product = report_product(report);

    json_object_set_string_member(object, "product",
                                  product ? product : "not told");
    if (le32_get(report->version) >= 3) {
        json_object_set_int_member(object, "family", report->cpuid_fam_id);
        json_object_set_int_member(object, "model", report->cpuid_mod_id);
        json_object_set_int_member(object, "stepping", report->cpuid_step);
    }
    return object;
}

#define SET_HEX(object, name, field) \
    json_text_set_hex(object, name, field, sizeof(field))

static void add_guest(JsonObject *object, const SnpReport *report)
{
    json_object_set_int_member(object, "guest-svn",
                               le32_get(report->guest_svn));
    json_object_set_object_member(object, "policy",
                                  policy_json(le64_get(report->policy)));
    SET_HEX(object, "family-id", report->family_id);
    SET_HEX(object, "image-id", report->image_id);
    json_object_set_int_member(object, "vmpl", le32_get(report->vmpl));
    SET_HEX(object, "report-data", report->report_data);
    SET_HEX(object, "measurement", report->measurement);
    SET_HEX(object, "host-data", report->host_data);
    SET_HEX(object, "id-key-digest", report->id_key_digest);
    SET_HEX(object, "author-key-digest", report->author_key_digest);
    SET_HEX(object, "report-id", report->report_id);
    SET_HEX(object, "report-id-ma", report->report_id_ma);
}

static void add_platform(JsonObject *object, const SnpReport *report)
{
    const struct {
        const char *name;
        const SnpTcbVersion *tcb;
    } tcbs[] = {
        { "current-tcb", &report->current_tcb },
        { "reported-tcb", &report->reported_tcb },
        { "committed-tcb", &report->committed_tcb },
        { "launch-tcb", &report->launch_tcb },
    };

    json_object_set_object_member(object, "processor",
                                  processor_json(report));
    SET_HEX(object, "chip-id", report->chip_id);
    json_object_set_object_member(
        object, "platform",
        bits_json(le64_get(report->platform_info), platform_bits));
    for (size_t i = 0; i < G_N_ELEMENTS(tcbs); i++) {
        json_object_set_object_member(
            object, tcbs[i].name,
            tcb_json(tcbs[i].tcb, report_has_fmc(report)));
    }
    set_version(object, "current-firmware", report->current_major,
                report->current_minor, report->current_build);
    set_version(object, "committed-firmware", report->committed_major,
                report->committed_minor, report->committed_build);
    if (le32_get(report->version) >= 5) {
        set_hex_number(object, "launch-mitigations",
                       le64_get(report->launch_mit_vector));
        set_hex_number(object, "current-mitigations",
                       le64_get(report->current_mit_vector));
    }
}

JsonObject *report_json(const SnpReport *report)
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "version", le32_get(report->version));
    add_guest(object, report);
    add_platform(object, report);
    json_object_set_object_member(object, "key",
                                  key_json(le32_get(report->key_info)));
    SET_HEX(object, "signature-r", report->signature.r);
    SET_HEX(object, "signature-s", report->signature.s);
    return object;
}

/* Of an object: what it is, then what is true of it, with numbers' names */
static void print_member(JsonObject *object, const char *name,
                         JsonNode *node, gpointer opaque)
{
    const char **separator = opaque;
    GType type = json_node_get_value_type(node);

    if (type == G_TYPE_STRING) {
        printf("%s%s", *separator, json_node_get_string(node));
    } else if (type == G_TYPE_INT64) {
        printf("%s%s %" G_GINT64_FORMAT, *separator, name,
               json_node_get_int(node));
    } else if (json_node_get_boolean(node)) {
        printf("%s%s", *separator, name);
    } else {
        return;
    }
    *separator = ", ";
}

static void print_field(JsonObject *object, const char *name, JsonNode *node,
                        gpointer unused)
{
    const char *separator = "";

    printf("%-20s ", name);
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        json_object_foreach_member(json_node_get_object(node), print_member,
                                   &separator);
    } else if (json_node_get_value_type(node) == G_TYPE_INT64) {
        printf("%" G_GINT64_FORMAT, json_node_get_int(node));
    } else {
        printf("%s", json_node_get_string(node));
    }
    putchar('\n');
}

char *report_policy_text(uint64_t policy)
{
    GString *text = g_string_new(NULL);

    g_string_printf(text, "0x%" G_GINT64_MODIFIER "x", policy);
    for (const Bit *bit = policy_bits; bit->name; bit++) {
        if (policy & bit->bit) {
            g_string_append_printf(text, ", %s", bit->name);
        }
    }
    return g_string_free(text, FALSE);
}

void report_print(const SnpReport *report)
{
    g_autoptr(JsonObject) object = report_json(report);

    json_object_foreach_member(object, print_field, NULL);
}
