/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the manifest of a corpus. See manifest.h. */

#include "vendor/corpus/manifest.h"

#include <string.h>

#include "vendor/corpus/report.h"
#include "vendor/corpus/write.h"

#define FORMAT "sevemu report corpus 1"

static void set_hex(JsonObject *object, const char *name, const uint8_t *data,
                    size_t size)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < size; i++) {
        g_string_append_printf(text, "%02x", data[i]);
    }
    json_object_set_string_member(object, name, text->str);
}

JsonObject *corpus_manifest_new(const CorpusKeys *keys)
{
    JsonObject *manifest = json_object_new();

    json_object_set_string_member(manifest, "format", FORMAT);
    json_object_set_string_member(manifest, "product",
                                  vendor_product_name(keys->product));
    json_object_set_string_member(manifest, "root",
                                  CORPUS_ROOT_DIR "/" CORPUS_ROOT_FILE);
    json_object_set_array_member(manifest, "cases", json_array_new());
    return manifest;
}

static const char *verdict(const CaseRow *row)
{
    if (row->allow) {
        return "accept-if-allowed";
    }
    return strcmp(row->code, "ok") == 0 ? "accept" : "reject";
}

static JsonObject *min_tcb(const Case *c)
{
    JsonObject *object = json_object_new();
    const SnpTcbVersion *tcb = &c->expected.min_tcb;

    if (corpus_has_fmc(c->keys->product)) {
        json_object_set_int_member(object, "fmc", tcb->turin.fmc);
        json_object_set_int_member(object, "boot-loader",
                                   tcb->turin.boot_loader);
        json_object_set_int_member(object, "tee", tcb->turin.tee);
        json_object_set_int_member(object, "snp", tcb->turin.snp);
    } else {
        json_object_set_int_member(object, "boot-loader",
                                   tcb->milan.boot_loader);
        json_object_set_int_member(object, "tee", tcb->milan.tee);
        json_object_set_int_member(object, "snp", tcb->milan.snp);
    }
    json_object_set_int_member(object, "microcode", tcb->byte[7]);
    return object;
}

static JsonObject *verify(const Case *c)
{
    JsonObject *object = json_object_new();
    const Expected *expected = &c->expected;
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(c->keys->now);
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");

    json_object_set_string_member(object, "product",
                                  vendor_product_name(c->keys->product));
    json_object_set_string_member(object, "time", time);
    set_hex(object, "report-data", expected->report_data,
            sizeof(expected->report_data));
    set_hex(object, "measurement", expected->measurement,
            sizeof(expected->measurement));
    set_hex(object, "host-data", expected->host_data,
            sizeof(expected->host_data));
    json_object_set_object_member(object, "min-tcb", min_tcb(c));
    return object;
}

void corpus_manifest_add(JsonObject *manifest, const Case *c,
                         const char *name, JsonObject *files)
{
    const CaseRow *row = c->row;
    bool is_vlek = case_says_vlek(c);
    JsonObject *object = json_object_new();
    const char *root = row->own_root
        ? json_object_get_string_member(files, "root")
        : json_object_get_string_member(manifest, "root");

    json_object_set_string_member(object, "name", name);
    json_object_set_string_member(object, "about", row->about);
    json_object_set_int_member(object, "report-version", c->version);
    json_object_set_string_member(object, "signed-by",
                                  is_vlek ? "VLEK" : "VCEK");
    json_object_set_string_member(object, "answer", verdict(row));
    json_object_set_string_member(object, "code", row->code);
    if (row->allow) {
        json_object_set_string_member(object, "allow", row->allow);
    }
    json_object_set_string_member(object, "trusted", root);
    json_object_set_object_member(object, "files", files);
    json_object_set_object_member(object, "verify", verify(c));
    json_array_add_object_element(
        json_object_get_array_member(manifest, "cases"), object);
}

bool corpus_manifest_write(JsonObject *manifest, const char *dir,
                           GError **errp)
{
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(),
                                                     manifest);
    g_autofree char *text = json_to_string(node, TRUE);
    g_autofree char *line = g_strconcat(text, "\n", NULL);

    return corpus_write_file(dir, "manifest.json", line, strlen(line), errp);
}
