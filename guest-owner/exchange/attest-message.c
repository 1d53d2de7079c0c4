/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and reads the lines of the attestation exchange. Which kind a line is
 * says the member that only this kind has.
 */

#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/exchange/attest-message.h"

static bool fail(GError **errp, const char *words)
{
    g_set_error_literal(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS, words);
    return false;
}

static JsonNode *member(JsonObject *object, const char *name, GType type)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && json_node_get_value_type(node) == type ? node : NULL;
}

/* A member in base64, of up to @max bytes: strict, as input_base64() is */
static GBytes *get_bytes(JsonObject *object, const char *name, size_t max,
                         GError **errp)
{
    JsonNode *node = member(object, name, G_TYPE_STRING);
    const char *text = node ? json_node_get_string(node) : "";
    gsize size;
    g_autofree guchar *raw = g_base64_decode(text, &size);
    g_autofree char *again = g_base64_encode(raw, size);

    if (!node || strcmp(again, text) != 0 || size > max) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS,
                    "%s: expected base64 of up to %zu bytes", name, max);
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&raw), size);
}

static bool get_exactly(JsonObject *object, const char *name, void *to,
                        size_t size, GError **errp)
{
    g_autoptr(GBytes) bytes = get_bytes(object, name, size, errp);

    if (!bytes) {
        return false;
    }
    if (g_bytes_get_size(bytes) != size) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS,
                    "%s: expected %zu bytes, found %zu", name, size,
                    g_bytes_get_size(bytes));
        return false;
    }
    memcpy(to, g_bytes_get_data(bytes, NULL), size);
    return true;
}

static bool read_hello(JsonObject *object, GError **errp)
{
    JsonNode *version = member(object, "version", G_TYPE_INT64);

    if (!version || json_node_get_int(version) != ATTEST_VERSION) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS,
                    "version: expected %d", ATTEST_VERSION);
        return false;
    }
    return true;
}

static bool read_evidence(JsonObject *object, AttestMessage *message,
                          GError **errp)
{
    if (!get_exactly(object, "report", &message->report,
                     sizeof(message->report), errp) ||
        !get_exactly(object, "key", message->key, sizeof(message->key),
                     errp)) {
        return false;
    }
    if (json_object_has_member(object, "certificates")) {
        message->certs = get_bytes(object, "certificates", ATTEST_CERTS_MAX,
                                   errp);
        return message->certs;
    }
    return true;
}

bool attest_message_read(const char *line, AttestMessage *message,
                         GError **errp)
{
    g_autoptr(JsonObject) object = NULL;

    message->certs = NULL;
    if (strlen(line) > ATTEST_LINE_MAX) {
        return fail(errp, "the line is too long");
    }
    object = json_text_object(line);
    if (!object) {
        return fail(errp, "the line is no JSON object");
    }
    if (json_object_has_member(object, "version")) {
        message->kind = ATTEST_HELLO;
        return read_hello(object, errp);
    }
    if (json_object_has_member(object, "report")) {
        message->kind = ATTEST_EVIDENCE;
        return read_evidence(object, message, errp);
    }
    if (json_object_has_member(object, "proof")) {
        message->kind = ATTEST_PROOF;
        return get_exactly(object, "proof", message->proof,
                           sizeof(message->proof), errp);
    }
    return fail(errp, "expected a version, a report or a proof");
}

void attest_message_clear(AttestMessage *message)
{
    g_clear_pointer(&message->certs, g_bytes_unref);
}

static void set_bytes(JsonObject *object, const char *name, const void *data,
                      size_t size)
{
    g_autofree char *text = g_base64_encode(data, size);

    json_object_set_string_member(object, name, text);
}

/* Takes over @object. */
static char *line_of(JsonObject *object)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;

    json_node_take_object(root, object);
    text = json_to_string(root, FALSE);
    return g_strconcat(text, "\n", NULL);
}

char *attest_message_challenge(const uint8_t nonce[ATTEST_NONCE_SIZE])
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "version", ATTEST_VERSION);
    set_bytes(object, "nonce", nonce, ATTEST_NONCE_SIZE);
    return line_of(object);
}

char *attest_message_sealed(const AttestSealed *sealed)
{
    JsonObject *object = json_object_new();

    set_bytes(object, "key", sealed->owner_key, sizeof(sealed->owner_key));
    set_bytes(object, "secret", sealed->sealed->data, sealed->sealed->len);
    return line_of(object);
}

char *attest_message_refusal(const char *words)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "refused", words);
    return line_of(object);
}
