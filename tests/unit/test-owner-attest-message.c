/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the attestation exchange, as the owner makes and reads them. */

#include <string.h>
#include "guest-owner/base/json-text.h"
#include "guest-owner/exchange/attest-message.h"

typedef struct TestLine {
    const char *name, *line;
    const char *words;          /* NULL: it is right */
} TestLine;

/* R, K and P stand for a report, a key and a proof of zeros in base64. */
static const TestLine lines[] = {
    { "hello", "{\"version\":1}" },
    { "hello-more", "{\"version\":1,\"program\":{\"name\":\"x\"}}" },
    { "evidence", "{\"report\":\"R\",\"key\":\"K\"}" },
    { "evidence-certs",
      "{\"report\":\"R\",\"key\":\"K\",\"certificates\":\"P\"}" },
    { "proof", "{\"proof\":\"P\"}" },
    { "empty", "", "the line is no JSON object" },
    { "array", "[]", "the line is no JSON object" },
    { "cut", "{\"version\":1", "the line is no JSON object" },
    { "nothing", "{}", "expected a version, a report or a proof" },
    { "version-0", "{\"version\":0}", "version: expected 1" },
    { "version-2", "{\"version\":2}", "version: expected 1" },
    { "version-text", "{\"version\":\"1\"}", "version: expected 1" },
    { "version-null", "{\"version\":null}", "version: expected 1" },
    { "version-real", "{\"version\":1.5}", "version: expected 1" },
    { "report-number", "{\"report\":1,\"key\":\"K\"}",
      "report: expected base64 of up to 1184 bytes" },
    { "report-array", "{\"report\":[],\"key\":\"K\"}",
      "report: expected base64 of up to 1184 bytes" },
    { "report-short", "{\"report\":\"P\",\"key\":\"K\"}",
      "report: expected 1184 bytes, found 64" },
    { "report-broken", "{\"report\":\"R!\",\"key\":\"K\"}",
      "report: expected base64 of up to 1184 bytes" },
    { "no-key", "{\"report\":\"R\"}",
      "key: expected base64 of up to 97 bytes" },
    { "key-long", "{\"report\":\"R\",\"key\":\"R\"}",
      "key: expected base64 of up to 97 bytes" },
    { "key-short", "{\"report\":\"R\",\"key\":\"P\"}",
      "key: expected 97 bytes, found 64" },
    { "certs-null", "{\"report\":\"R\",\"key\":\"K\",\"certificates\":null}",
      "certificates: expected base64 of up to 16384 bytes" },
    { "proof-short", "{\"proof\":\"\"}",
      "proof: expected 64 bytes, found 0" },
};

static char *zeros(size_t size)
{
    g_autofree guchar *data = g_malloc0(size);

    return g_base64_encode(data, size);
}

static char *fill_in(const char *line)
{
    GString *text = g_string_new(NULL);

    for (; *line; line++) {
        size_t size = *line == 'R' ? sizeof(SnpReport)
                      : *line == 'K' ? ATTEST_KEY_SIZE
                      : *line == 'P' ? ATTEST_HASH_SIZE : 0;
        g_autofree char *bytes = zeros(size);

        if (size) {
            g_string_append(text, bytes);
        } else {
            g_string_append_c(text, *line);
        }
    }
    return g_string_free(text, FALSE);
}

static void test_line(gconstpointer opaque)
{
    const TestLine *test = opaque;
    g_autofree char *line = fill_in(test->line);
    g_autoptr(GError) error = NULL;
    AttestMessage message;
    bool ok = attest_message_read(line, &message, &error);

    g_assert_cmpstr(error ? error->message : NULL, ==, test->words);
    g_assert_cmpint(ok, ==, !test->words);
    attest_message_clear(&message);
}

/* Certificates of the largest size, and of one more; a line that is longer */
static void test_sizes(void)
{
    static const struct {
        size_t certs, tail;
        const char *words;
    } sizes[] = {
        { ATTEST_CERTS_MAX, 0, NULL },
        { ATTEST_CERTS_MAX + 1, 0,
          "certificates: expected base64 of up to 16384 bytes" },
        { 16, ATTEST_LINE_MAX, "the line is too long" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *head = fill_in("{\"report\":\"R\",\"key\":\"K\"");
        g_autofree char *certs = zeros(sizes[i].certs);
        g_autofree char *tail = g_strnfill(sizes[i].tail, ' ');
        g_autofree char *line = g_strdup_printf("%s,\"certificates\":\"%s\"}"
                                                "%s", head, certs, tail);
        g_autoptr(GError) error = NULL;
        AttestMessage message;

        attest_message_read(line, &message, &error);
        g_assert_cmpstr(error ? error->message : NULL, ==, sizes[i].words);
        if (!error) {
            g_assert_cmpuint(g_bytes_get_size(message.certs), ==,
                             sizes[i].certs);
        }
        attest_message_clear(&message);
    }
}

static void test_ours(void)
{
    uint8_t nonce[ATTEST_NONCE_SIZE] = { 0xff };
    g_autofree char *challenge = attest_message_challenge(nonce);
    g_autofree char *refusal = attest_message_refusal("a \"no\"\n");

    g_assert_cmpstr(challenge, ==, "{\"version\":1,\"nonce\":\"/wAAAAAAAAAAAAAA"
                    "AAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}\n");
    g_assert_cmpstr(refusal, ==, "{\"refused\":\"a \\\"no\\\"\\n\"}\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *path = g_strconcat("/owner/attest-message/",
                                            lines[i].name, NULL);

        g_test_add_data_func(path, &lines[i], test_line);
    }
    g_test_add_func("/owner/attest-message/sizes", test_sizes);
    g_test_add_func("/owner/attest-message/ours", test_ours);
    return g_test_run();
}
