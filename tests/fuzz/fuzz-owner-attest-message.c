/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/exchange/attest-message.c: what a guest says when it asks for
 * its secrets. Input: the line, up to a NUL.
 */

#include "fuzz.h"
#include "guest-owner/exchange/attest-message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *line = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    AttestMessage message;

    if (!attest_message_read(line, &message, &error)) {
        g_assert_nonnull(error);
    } else if (message.certs) {
        g_assert_cmpint(message.kind, ==, ATTEST_EVIDENCE);
        g_assert_cmpuint(g_bytes_get_size(message.certs), <=,
                         ATTEST_CERTS_MAX);
    }
    attest_message_clear(&message);
    return 0;
}
