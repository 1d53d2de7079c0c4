/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes JSON through json-glib. */

#include <stdbool.h>
#include <stdio.h>
#include "guest-owner/base/json-text.h"

/* Far deeper than anyone nests; the parser recurses, and so could crash */
#define MAX_NESTING 64

static bool nests_too_deep(const char *text)
{
    int depth = 0;
    bool quoted = false;

    for (; *text; text++) {
        if (quoted && *text == '\\' && text[1]) {
            text++;
        } else if (*text == '"') {
            quoted = !quoted;
        } else if (!quoted && (*text == '{' || *text == '[')) {
            if (++depth > MAX_NESTING) {
                return true;
            }
        } else if (!quoted && (*text == '}' || *text == ']')) {
            depth--;
        }
    }
    return false;
}

JsonObject *json_text_object(const char *text)
{
    g_autoptr(JsonNode) root = nests_too_deep(text)
                               ? NULL : json_from_string(text, NULL);

    return root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_dup_object(root)
                                                : NULL;
}

void json_text_print(JsonObject *object)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;

    json_node_take_object(root, object);
    text = json_to_string(root, TRUE);
    printf("%s\n", text);
}

char *json_text_hex(const uint8_t *data, size_t len)
{
    GString *hex = g_string_sized_new(2 * len);

    for (size_t i = 0; i < len; i++) {
        g_string_append_printf(hex, "%02x", data[i]);
    }
    return g_string_free(hex, FALSE);
}

void json_text_set_hex(JsonObject *object, const char *name,
                       const uint8_t *data, size_t len)
{
    g_autofree char *hex = json_text_hex(data, len);

    json_object_set_string_member(object, name, hex);
}
