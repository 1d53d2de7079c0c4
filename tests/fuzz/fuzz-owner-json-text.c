/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/base/json-text.c: what QEMU says over QMP, and sevemu-platform on
 * its stdout. Input: the text, up to a NUL.
 */

#include "fuzz.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/run/qmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(JsonObject) object = json_text_object(text);
    uint32_t value;

    if (object && qmp_get_uint(object, "build-id", UINT8_MAX, &value)) {
        g_assert_cmpuint(value, <=, UINT8_MAX);
    }
    if (object) {
        qmp_get_string(object, "chain");
    }
    return 0;
}
