/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns GUIDs from text to bytes. */

#include <glib.h>
#include <string.h>
#include "guest-owner/measure/guid.h"

/* Where in the text each byte's two digits stand (first three fields LE) */
static const uint8_t text_offset[ABI_GUID_SIZE] = {
    6, 4, 2, 0,   11, 9,   16, 14,   19, 21,   24, 26, 28, 30, 32, 34,
};

static bool is_dash_offset(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

bool guid_parse(const char *text, AbiGuid *guid)
{
    for (size_t i = 0; i < GUID_TEXT_LENGTH; i++) {
        /* A NUL is neither, so the loop never passes the end */
        if (is_dash_offset(i) ? text[i] != '-'
                              : !g_ascii_isxdigit(text[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < ABI_GUID_SIZE; i++) {
        const char *digits = text + text_offset[i];

        guid->byte[i] = g_ascii_xdigit_value(digits[0]) << 4 |
                        g_ascii_xdigit_value(digits[1]);
    }
    return true;
}

bool guid_equal(const AbiGuid *a, const AbiGuid *b)
{
    return memcmp(a->byte, b->byte, ABI_GUID_SIZE) == 0;
}
