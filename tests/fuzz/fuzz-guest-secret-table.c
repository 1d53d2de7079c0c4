/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * initramfs/secret-table.c: the table of secrets, as a guest finds it.
 */

#include "fuzz.h"
#include "initramfs/secret-table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SecretTable table;
    SecretEntry entry;
    char text[GUID_TEXT_SIZE];

    if (secret_table_open(&table, data, size) != SECRET_OK) {
        return 0;
    }
    while (secret_table_next(&table, &entry) == SECRET_OK) {
        g_assert_cmpuint(entry.data + entry.size - data, <=, size);
        guid_to_text(entry.guid, text);
        g_assert_cmpuint(strlen(text), ==, GUID_TEXT_SIZE - 1);
    }
    return 0;
}
