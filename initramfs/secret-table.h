/*
 * OVMF's secret table: what the guest owner's secrets look like in memory
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A header (GUID of the table, u32 length of the whole table, header
 * included), then entries (GUID, u32 length of the entry, its 20-byte head
 * included, data) up to that length.  Little-endian, unaligned.
 */
#ifndef SEVEMU_GUEST_SECRET_TABLE_H
#define SEVEMU_GUEST_SECRET_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define GUID_SIZE 16
#define GUID_TEXT_SIZE 37               /* with the final NUL */

typedef struct SecretTable {
    const uint8_t *entries;             /* the next entry, in the area */
    size_t left;                        /* bytes of the table from there on */
} SecretTable;

typedef struct SecretEntry {
    const uint8_t *guid;                /* GUID_SIZE bytes */
    const uint8_t *data;
    size_t size;
} SecretEntry;

typedef enum SecretStatus {
    SECRET_OK,
    SECRET_NONE,                        /* no table; no more entries */
    SECRET_DAMAGED,                     /* a length that cannot be */
} SecretStatus;

/*
 * The area is written by whoever launched the guest: nothing in it is
 * trusted, and nothing beyond @size is touched.
 */
SecretStatus secret_table_open(SecretTable *table, const uint8_t *area,
                               size_t size);
SecretStatus secret_table_next(SecretTable *table, SecretEntry *entry);

/* EFI's GUIDs: the first three fields are little-endian in memory. */
void guid_to_text(const uint8_t *guid, char text[GUID_TEXT_SIZE]);

#endif
