/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and reads the lines of the exchange: JSON by jansson, base64 by
 * libgpg-error, which libgcrypt needs anyway.
 */

#define _GNU_SOURCE
#include "guest/message.h"

#include <gpg-error.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 3)))
static bool fail(MessageError *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(error->words, sizeof(error->words), format, args);
    va_end(args);
    return false;
}

/* In base64, to be freed, without the line ends that the library puts in */
static char *encode(const void *data, size_t size)
{
    gpgrt_stream_t stream = gpgrt_fopenmem(0, "w+");
    gpgrt_b64state_t state = stream ? gpgrt_b64enc_start(stream, NULL) : NULL;
    bool ok = state && !gpgrt_b64enc_write(state, data, size);
    void *memory = NULL;
    size_t n, kept = 0;
    char *text = NULL;

    ok = state && !gpgrt_b64enc_finish(state) && ok;
    if (stream && gpgrt_fclose_snatch(stream, &memory, &n)) {
        ok = false;
    }
    if (ok) {
        text = malloc(n + 1);
    }
    for (size_t i = 0; text && i < n; i++) {
        if (((char *)memory)[i] != '\n') {
            text[kept++] = ((char *)memory)[i];
        }
    }
    if (text) {
        text[kept] = '\0';
    }
    gpgrt_free(memory);
    return text;
}

/*
 * The bytes of @text, to be freed; NULL: it is no base64. The library skips
 * what is none: only the reverse shows that it was there.
 */
static uint8_t *decode(const char *text, size_t *size)
{
    char *data = strdup(text);
    gpgrt_b64state_t state = data ? gpgrt_b64dec_start(NULL) : NULL;
    bool ok = state && !gpgrt_b64dec_proc(state, data, strlen(text), size);
    char *again;

    ok = state && !gpgrt_b64dec_finish(state) && ok;
    again = ok ? encode(data, *size) : NULL;
    ok = again && strcmp(again, text) == 0;
    free(again);
    if (!ok) {
        free(data);
        return NULL;
    }
    return (uint8_t *)data;
}

/* The object as a line; it is taken over, and may be NULL. */
static char *line_of(json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    char *line = NULL;

    if (text && asprintf(&line, "%s\n", text) < 0) {
        line = NULL;
    }
    json_decref(object);
    free(text);
    return line;
}

static bool set_bytes(json_t *object, const char *name, const void *data,
                      size_t size)
{
    char *text = encode(data, size);
    bool ok = text && json_object_set_new(object, name,
                                          json_string(text)) == 0;

    free(text);
    return ok;
}

char *message_hello(void)
{
    return line_of(json_pack("{s:i}", "version", ATTEST_VERSION));
}

char *message_evidence(const SnpReport *report, const uint8_t *certs,
                       size_t certs_size, const uint8_t key[ATTEST_KEY_SIZE])
{
    json_t *object = json_object();

    if (object && set_bytes(object, "report", report, sizeof(*report)) &&
        (!certs_size || set_bytes(object, "certificates", certs,
                                  certs_size)) &&
        set_bytes(object, "key", key, ATTEST_KEY_SIZE)) {
        return line_of(object);
    }
    json_decref(object);
    return NULL;
}

char *message_proof(const uint8_t proof[ATTEST_HASH_SIZE])
{
    json_t *object = json_object();

    if (object && set_bytes(object, "proof", proof, ATTEST_HASH_SIZE)) {
        return line_of(object);
    }
    json_decref(object);
    return NULL;
}

/* Words of the owner's that a console can take: there the host reads, too */
static void take_refusal(const char *words, MessageError *error)
{
    size_t i;

    error->refused = true;
    for (i = 0; words[i] && i < sizeof(error->words) - 1; i++) {
        error->words[i] = words[i] >= ' ' && words[i] <= '~' ? words[i] : '?';
    }
    error->words[i] = '\0';
}

/* The object that the line is; NULL also when it is the owner's refusal */
static json_t *read_object(const char *line, MessageError *error)
{
    json_error_t why;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &why);
    const char *words;

    error->refused = false;
    if (!json_is_object(object)) {
        fail(error, "expected a JSON object: %s",
             object ? "found another value" : why.text);
        json_decref(object);
        return NULL;
    }
    words = json_string_value(json_object_get(object, "refused"));
    if (words) {
        take_refusal(words, error);
        json_decref(object);
        return NULL;
    }
    return object;
}

/* A member of @min to @max bytes, to be freed */
static uint8_t *get_bytes(json_t *object, const char *name, size_t min,
                          size_t max, size_t *size, MessageError *error)
{
    const char *text = json_string_value(json_object_get(object, name));
    uint8_t *data = text ? decode(text, size) : NULL;

    if (!data) {
        fail(error, "%s: expected base64", name);
    } else if (*size < min || *size > max) {
        fail(error, "%s: expected %zu to %zu bytes, found %zu", name, min,
             max, *size);
        free(data);
        data = NULL;
    }
    return data;
}

static bool get_exactly(json_t *object, const char *name, void *to,
                        size_t size, MessageError *error)
{
    size_t found;
    uint8_t *data = get_bytes(object, name, size, size, &found, error);

    if (data) {
        memcpy(to, data, size);
    }
    free(data);
    return data;
}

bool message_read_challenge(const char *line,
                            uint8_t nonce[ATTEST_NONCE_SIZE],
                            MessageError *error)
{
    json_t *object = read_object(line, error);
    json_t *version = json_object_get(object, "version");
    bool ok = false;

    if (object && (!json_is_integer(version) ||
                   json_integer_value(version) != ATTEST_VERSION)) {
        fail(error, "version: expected %d", ATTEST_VERSION);
    } else if (object) {
        ok = get_exactly(object, "nonce", nonce, ATTEST_NONCE_SIZE, error);
    }
    json_decref(object);
    return ok;
}

bool message_read_sealed(const char *line, Sealed *sealed,
                         MessageError *error)
{
    json_t *object = read_object(line, error);

    sealed->data = NULL;
    if (object && get_exactly(object, "key", sealed->owner_key,
                              ATTEST_KEY_SIZE, error)) {
        sealed->data = get_bytes(object, "secret", ATTEST_TAG_SIZE,
                                 ATTEST_SECRETS_MAX + ATTEST_TAG_SIZE,
                                 &sealed->size, error);
    }
    json_decref(object);
    return sealed->data;
}
