/*
 * OVMF's secret table: walking it without trusting it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "secret-table.h"

#define HEAD_SIZE (GUID_SIZE + sizeof(uint32_t))

/* 1e74f542-71dd-4d66-963e-ef4287ff173b */
static const uint8_t table_guid[GUID_SIZE] = {
    0x42, 0xf5, 0x74, 0x1e, 0xdd, 0x71, 0x66, 0x4d,
    0x96, 0x3e, 0xef, 0x42, 0x87, 0xff, 0x17, 0x3b,
};

/* The length in a head, or 0 when it is none that fits into @size bytes. */
static size_t head_length(const uint8_t *head, size_t size)
{
    uint32_t length;

    if (size < HEAD_SIZE) {
        return 0;
    }
    memcpy(&length, head + GUID_SIZE, sizeof(length));
    length = le32toh(length);
    return length >= HEAD_SIZE && length <= size ? length : 0;
}

SecretStatus secret_table_open(SecretTable *table, const uint8_t *area,
                               size_t size)
{
    size_t length;

    if (size < HEAD_SIZE || memcmp(area, table_guid, GUID_SIZE)) {
        return SECRET_NONE;
    }
    length = head_length(area, size);
    if (!length) {
        return SECRET_DAMAGED;
    }
    table->entries = area + HEAD_SIZE;
    table->left = length - HEAD_SIZE;
    return SECRET_OK;
}

SecretStatus secret_table_next(SecretTable *table, SecretEntry *entry)
{
    size_t length;

    if (!table->left) {
        return SECRET_NONE;
    }
    length = head_length(table->entries, table->left);
    if (!length) {
        return SECRET_DAMAGED;
    }
    entry->guid = table->entries;
    entry->data = table->entries + HEAD_SIZE;
    entry->size = length - HEAD_SIZE;
    table->entries += length;
    table->left -= length;
    return SECRET_OK;
}

void guid_to_text(const uint8_t *g, char text[GUID_TEXT_SIZE])
{
    snprintf(text, GUID_TEXT_SIZE,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
             "%02x%02x-%02x%02x%02x%02x%02x%02x",
             g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6],
             g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]);
}
