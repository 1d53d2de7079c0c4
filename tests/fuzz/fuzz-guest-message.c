/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/message.c: what the owner says, or the host in its place. Input: the
 * line, up to a NUL.
 */

#include <stdlib.h>
#include "fuzz.h"
#include "guest/message.h"

static void check_words(const MessageError *error)
{
    g_assert_cmpuint(strnlen(error->words, sizeof(error->words)), <,
                     sizeof(error->words));
    for (const char *c = error->words; error->refused && *c; c++) {
        g_assert_true(g_ascii_isprint(*c));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *line = g_strndup((const char *)data, size);
    uint8_t nonce[ATTEST_NONCE_SIZE];
    MessageError error = { 0 };
    Sealed sealed;

    if (!message_read_challenge(line, nonce, &error)) {
        check_words(&error);
    }
    if (!message_read_sealed(line, &sealed, &error)) {
        g_assert_null(sealed.data);
        check_words(&error);
        return 0;
    }
    g_assert_cmpuint(sealed.size, >=, ATTEST_TAG_SIZE);
    g_assert_cmpuint(sealed.size, <=, ATTEST_SECRETS_MAX + ATTEST_TAG_SIZE);
    free(sealed.data);
    return 0;
}
