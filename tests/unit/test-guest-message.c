/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the attestation exchange, as the guest makes and reads them. */

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include "guest/message.h"

/* 32 bytes of zeros, 97 and 16 of them */
#define NONCE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define A96 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY A96 A96 A96 A96 "AA=="
#define TAG "AAAAAAAAAAAAAAAAAAAAAA=="

typedef struct TestLine {
    const char *name, *line;
    bool refused;
    const char *words;          /* NULL: it is right */
} TestLine;

static const TestLine challenges[] = {
    { "good", "{\"version\":1,\"nonce\":\"" NONCE "\"}" },
    { "more", " {\"nonce\":\"" NONCE "\",\"version\":1,\"x\":[{}]}\r" },
    { "refused", "{\"refused\":\"no \\u001b[31mway\"}", true,
      "no ?[31mway" },
    { "empty", "", false, "expected a JSON object: " },
    { "array", "[1]", false, "expected a JSON object: found another value" },
    { "cut", "{\"version\":1,\"nonce\":\"" NONCE "\"", false,
      "expected a JSON object: " },
    { "two", "{\"version\":1} {}", false, "expected a JSON object: " },
    { "twice", "{\"version\":1,\"version\":1,\"nonce\":\"" NONCE "\"}", false,
      "expected a JSON object: duplicate" },
    { "no-version", "{\"nonce\":\"" NONCE "\"}", false,
      "version: expected 1" },
    { "version-2", "{\"version\":2,\"nonce\":\"" NONCE "\"}", false,
      "version: expected 1" },
    { "version-text", "{\"version\":\"1\",\"nonce\":\"" NONCE "\"}", false,
      "version: expected 1" },
    { "no-nonce", "{\"version\":1}", false, "nonce: expected base64" },
    { "nonce-number", "{\"version\":1,\"nonce\":1}", false,
      "nonce: expected base64" },
    { "nonce-short", "{\"version\":1,\"nonce\":\"" TAG "\"}", false,
      "nonce: expected 32 to 32 bytes, found 16" },
    { "nonce-long", "{\"version\":1,\"nonce\":\"" KEY "\"}", false,
      "nonce: expected 32 to 32 bytes, found 97" },
    { "nonce-empty", "{\"version\":1,\"nonce\":\"\"}", false,
      "nonce: expected 32 to 32 bytes, found 0" },
    { "nonce-spaced", "{\"version\":1,\"nonce\":\" " NONCE "\"}", false,
      "nonce: expected base64" },
    { "nonce-unpadded", "{\"version\":1,\"nonce\":\"AAA\"}", false,
      "nonce: expected base64" },
    { "nonce-not-canonical", "{\"version\":1,\"nonce\":\"AAB=\"}", false,
      "nonce: expected base64" },
};

static const TestLine sealeds[] = {
    { "good", "{\"key\":\"" KEY "\",\"secret\":\"" TAG "\"}" },
    { "refused", "{\"refused\":\"\"}", true, "" },
    { "refused-number", "{\"refused\":1}", false, "key: expected base64" },
    { "no-key", "{\"secret\":\"" TAG "\"}", false, "key: expected base64" },
    { "key-short", "{\"key\":\"" NONCE "\",\"secret\":\"" TAG "\"}", false,
      "key: expected 97 to 97 bytes, found 32" },
    { "no-secret", "{\"key\":\"" KEY "\"}", false,
      "secret: expected base64" },
    { "secret-short", "{\"key\":\"" KEY "\",\"secret\":\"AAAA\"}", false,
      "secret: expected 16 to 16400 bytes, found 3" },
};

static void judge(const TestLine *line, bool ok, const MessageError *error)
{
    g_assert_cmpint(ok, ==, !line->words);
    if (line->words) {
        g_assert_cmpint(error->refused, ==, line->refused);
        g_assert_true(g_str_has_prefix(error->words, line->words));
    }
}

static void test_challenge(gconstpointer opaque)
{
    const TestLine *line = opaque;
    uint8_t nonce[ATTEST_NONCE_SIZE];
    MessageError error;

    judge(line, message_read_challenge(line->line, nonce, &error), &error);
}

static void test_sealed(gconstpointer opaque)
{
    const TestLine *line = opaque;
    MessageError error;
    Sealed sealed;

    judge(line, message_read_sealed(line->line, &sealed, &error), &error);
    free(sealed.data);
}

/* A secret of the largest size, and of one more */
static void test_largest(void)
{
    for (int more = 0; more < 2; more++) {
        size_t size = ATTEST_SECRETS_MAX + ATTEST_TAG_SIZE + more;
        g_autofree uint8_t *data = g_malloc0(size);
        g_autofree char *text = g_base64_encode(data, size);
        g_autofree char *line = g_strdup_printf(
            "{\"key\":\"" KEY "\",\"secret\":\"%s\"}", text);
        MessageError error;
        Sealed sealed;

        g_assert_cmpuint(strlen(line), <=, ATTEST_LINE_MAX);
        g_assert_cmpint(message_read_sealed(line, &sealed, &error), ==,
                        !more);
        free(sealed.data);
    }
}

/* Words that are longer than there is room for */
static void test_long_refusal(void)
{
    g_autofree char *words = g_strnfill(50000, 'x');
    g_autofree char *line = g_strdup_printf("{\"refused\":\"%s\"}", words);
    uint8_t nonce[ATTEST_NONCE_SIZE];
    MessageError error;

    g_assert_false(message_read_challenge(line, nonce, &error));
    g_assert_true(error.refused);
    g_assert_cmpuint(strlen(error.words), ==, sizeof(error.words) - 1);
}

static void test_ours(void)
{
    uint8_t key[ATTEST_KEY_SIZE] = { 0 }, proof[ATTEST_HASH_SIZE] = { 0 };
    static const uint8_t certs[ATTEST_CERTS_MAX] = { 1 };
    static const SnpReport report;
    char *hello = message_hello(), *said = message_proof(proof);
    char *evidence = message_evidence(&report, certs, sizeof(certs), key);
    char *without = message_evidence(&report, NULL, 0, key);

    g_assert_cmpstr(hello, ==, "{\"version\":1}\n");
    g_assert_true(g_str_has_prefix(said, "{\"proof\":\"AAAA"));
    g_assert_true(g_str_has_prefix(evidence, "{\"report\":\"AAAA"));
    g_assert_nonnull(strstr(evidence, "\",\"certificates\":\"AQAA"));
    g_assert_true(g_str_has_suffix(evidence, ",\"key\":\"" KEY "\"}\n"));
    g_assert_cmpuint(strlen(evidence), <=, ATTEST_LINE_MAX);
    g_assert_null(strstr(without, "certificates"));
    free(hello);
    free(said);
    free(evidence);
    free(without);
}

static void add(const char *what, const TestLine *lines, size_t nr,
                GTestDataFunc test)
{
    for (size_t i = 0; i < nr; i++) {
        g_autofree char *path = g_strdup_printf("/guest/message/%s/%s", what,
                                                lines[i].name);

        g_test_add_data_func(path, &lines[i], test);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("challenge", challenges, G_N_ELEMENTS(challenges), test_challenge);
    add("sealed", sealeds, G_N_ELEMENTS(sealeds), test_sealed);
    g_test_add_func("/guest/message/largest", test_largest);
    g_test_add_func("/guest/message/long-refusal", test_long_refusal);
    g_test_add_func("/guest/message/ours", test_ours);
    return g_test_run();
}
