/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers a provider who asks for wrapped VLEKs. See kds-sticks.h. */

#include "vendor/kds/kds-sticks.h"

#include <json-glib/json-glib.h>

#define MAX_IDS 64

/*
 * The parser calls itself for each level that is begun. What is expected begins
 * two, and has no such character in a text.
 */
static bool is_flat(const char *text, size_t size)
{
    unsigned begun = 0;

    for (size_t i = 0; i < size; i++) {
        begun += text[i] == '{' || text[i] == '[';
    }
    return begun <= 2;
}

/* The list of ids, or NULL */
static JsonArray *find_ids(JsonParser *parser, GBytes *post)
{
    gsize size;
    const char *text = g_bytes_get_data(post, &size);
    JsonNode *root, *list;

    if (!size || !is_flat(text, size) ||
        !json_parser_load_from_data(parser, text, size, NULL)) {
        return NULL;
    }
    root = json_parser_get_root(parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
        return NULL;
    }
    list = json_object_get_member(json_node_get_object(root), "hwids");
    return list && JSON_NODE_HOLDS_ARRAY(list) ? json_node_get_array(list)
                                               : NULL;
}

static const char *text_of(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) &&
           json_node_get_value_type(node) == G_TYPE_STRING
           ? json_node_get_string(node) : NULL;
}

static void add_result(JsonBuilder *out, const char *id, const uint8_t *stick)
{
    g_autoptr(GString) text = g_string_new(stick ? NULL : "not found");

    for (size_t i = 0; stick && i < KDS_STICK_SIZE; i++) {
        g_string_append_printf(text, "%02x", stick[i]);
    }
    json_builder_begin_object(out);
    json_builder_set_member_name(out, id);
    json_builder_add_string_value(out, text->str);
    json_builder_end_object(out);
}

static GBytes *print(JsonBuilder *out)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = NULL;
    char *text;
    gsize size;

    json_builder_end_array(out);
    json_builder_end_object(out);
    root = json_builder_get_root(out);
    json_generator_set_root(generator, root);
    text = json_generator_to_data(generator, &size);
    return g_bytes_new_take(text, size);
}

GBytes *kds_sticks_make(const KdsOps *ops, void *opaque,
                        const KdsRequest *request, GBytes *post, bool none,
                        char **why)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(JsonBuilder) out = json_builder_new();
    JsonArray *ids = find_ids(parser, post);
    unsigned n = ids ? json_array_get_length(ids) : 0;

    if (!n || n > MAX_IDS) {
        *why = g_strdup_printf("expected {\"hwids\": [ID, ...]}, up to %d of "
                               "them", MAX_IDS);
        return NULL;
    }
    json_builder_begin_object(out);
    json_builder_set_member_name(out, "results");
    json_builder_begin_array(out);
    for (unsigned i = 0; i < n; i++) {
        const char *id = text_of(json_array_get_element(ids, i));
        uint8_t chip_id[VENDOR_CHIP_ID_SIZE], stick[KDS_STICK_SIZE];
        bool found;

        if (!id) {
            *why = g_strdup("expected texts as ids");
            return NULL;
        }
        found = !none && kds_request_chip_id(request->product, id, chip_id) &&
                ops->stick(opaque, request, chip_id, stick) == KDS_FOUND;
        add_result(out, id, found ? stick : NULL);
    }
    return print(out);
}
