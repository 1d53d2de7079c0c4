/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what a platform is to be. See model.h. */

#include "platform/tool/model.h"

#include <string.h>

#include "platform/tool/host.h"
#include "vendor/vendor.h"

/* A number of a TCB, and its byte */
typedef struct TcbPart {
    const char *name;
    uint8_t byte;
} TcbPart;

static const TcbPart milan_parts[] = {
    { "boot-loader", 0 }, { "tee", 1 }, { "snp", 6 }, { "microcode", 7 },
    { NULL },
};

static const TcbPart turin_parts[] = {
    { "fmc", 0 }, { "boot-loader", 1 }, { "tee", 2 }, { "snp", 3 },
    { "microcode", 7 }, { NULL },
};

/* NULL: it has no TCB */
static const TcbPart *parts_of(const AspProduct *product)
{
    switch (product->tcb_layout) {
    case ASP_TCB_MILAN:
        return milan_parts;
    case ASP_TCB_TURIN:
        return turin_parts;
    case ASP_TCB_NONE:
        break;
    }
    return NULL;
}

static bool set_usage(GError **errp, const char *option, const char *expected,
                      const char *found)
{
    g_set_error(errp, TOOL_ERROR, TOOL_EXIT_USAGE,
                "%s: expected %s, found \"%s\"", option, expected, found);
    return false;
}

static bool read_byte(const char *text, uint8_t *byte)
{
    guint64 value;

    if (!g_ascii_string_to_unsigned(text, 10, 0, UINT8_MAX, &value, NULL)) {
        return false;
    }
    *byte = value;
    return true;
}

static const TcbPart *find_part(const TcbPart *parts, const char *name,
                                size_t len)
{
    for (; parts->name; parts++) {
        if (strlen(parts->name) == len &&
            strncmp(parts->name, name, len) == 0) {
            return parts;
        }
    }
    return NULL;
}

static bool set_tcb_usage(const AspProduct *product, const char *option,
                          const char *word, const uint8_t tcb[SNP_TCB_SIZE],
                          GError **errp)
{
    g_autofree char *all = tool_tcb_text(product, tcb);
    g_autofree char *expected = g_strdup_printf(
        "numbers up to 255 of %s, as in \"%s\"", product->name, all);

    return set_usage(errp, option, expected, word);
}

bool tool_tcb_read(const AspProduct *product, const char *option,
                   const char *text, uint8_t tcb[SNP_TCB_SIZE], GError **errp)
{
    const TcbPart *parts = parts_of(product);
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    if (!parts) {
        g_set_error(errp, TOOL_ERROR, TOOL_EXIT_USAGE,
                    "%s: %s has no SEV-SNP, and no TCB", option,
                    product->name);
        return false;
    }
    if (!*text) {
        return set_tcb_usage(product, option, text, tcb, errp);
    }
    for (char **word = words; *word; word++) {
        const char *equals = strchr(*word, '=');
        const TcbPart *part = equals ? find_part(parts, *word,
                                                 equals - *word) : NULL;

        if (!part || !read_byte(equals + 1, &tcb[part->byte])) {
            return set_tcb_usage(product, option, *word, tcb, errp);
        }
    }
    return true;
}

char *tool_tcb_text(const AspProduct *product,
                    const uint8_t tcb[SNP_TCB_SIZE])
{
    GString *text = g_string_new(NULL);

    for (const TcbPart *part = parts_of(product); part && part->name;
         part++) {
        g_string_append_printf(text, "%s%s=%u", text->len ? "," : "",
                               part->name, tcb[part->byte]);
    }
    return g_string_free(text, FALSE);
}

bool tool_api_read(const char *option, const char *text, uint8_t version[3],
                   GError **errp)
{
    g_auto(GStrv) words = g_strsplit(text, ".", -1);

    if (g_strv_length(words) != 3 || !read_byte(words[0], &version[0]) ||
        !read_byte(words[1], &version[1]) ||
        !read_byte(words[2], &version[2])) {
        return set_usage(errp, option, "MAJOR.MINOR.BUILD, numbers up to 255",
                         text);
    }
    return true;
}

/* What a manufacturer makes; the one that is compiled in makes all. */
static const AspProduct *product_of_vendor(const char *dir, GError **errp)
{
    g_autoptr(Vendor) vendor = NULL;
    GError *error = NULL;

    if (!dir) {
        return asp_product_by_name("Milan");
    }
    vendor = vendor_init(&error) ? vendor_load(dir, &error) : NULL;
    if (!vendor) {
        tool_host_file_error(error, errp);
        return NULL;
    }
    return asp_product_by_name(
        vendor_product_name(vendor_get_product(vendor)));
}

static const AspProduct *find_product(const char *name, GError **errp)
{
    const AspProduct *product = asp_product_by_name(name);

    if (!product) {
        set_usage(errp, "--product",
                  "Naples, Rome, Milan, Genoa, Turin or Venice", name);
    }
    return product;
}

bool tool_model_read(AspModel *model, const ToolOptions *options,
                     GError **errp)
{
    const AspProduct *product =
        options->product ? find_product(options->product, errp)
                         : product_of_vendor(options->vendor, errp);
    uint8_t version[3];

    if (!product) {
        return false;
    }
    *model = product->model;
    if (options->tcb && !tool_tcb_read(product, "--tcb", options->tcb,
                                       model->tcb, errp)) {
        return false;
    }
    if (!options->api) {
        return true;
    }
    if (!tool_api_read("--api", options->api, version, errp)) {
        return false;
    }
    model->api_major = version[0];
    model->api_minor = version[1];
    model->build = version[2];
    return true;
}
