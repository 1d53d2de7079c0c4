/*
 * The action `secret`: print what the guest owner injected
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Prints "guest: secret GUID HEX" for each entry, or why there is none.
 */
#include <stdlib.h>
#include <stdio.h>

#include "efi.h"
#include "guest.h"
#include "secret-table.h"

#define MAX_AREA_SIZE (1 << 20)

/* LINUX_EFI_COCO_SECRET_AREA_GUID, adf956ad-e98c-484c-ae11-b51c7d336447 */
static const uint8_t area_guid[GUID_SIZE] = {
    0xad, 0x56, 0xf9, 0xad, 0x8c, 0xe9, 0x4c, 0x48,
    0xae, 0x11, 0xb5, 0x1c, 0x7d, 0x33, 0x64, 0x47,
};

/* Linux, struct linux_efi_coco_secret_area */
typedef struct SecretArea {
    uint64_t base;
    uint64_t size;
} SecretArea;
_Static_assert(sizeof(SecretArea) == 16, "linux_efi_coco_secret_area");

static void say_entry(const SecretEntry *entry)
{
    char guid[GUID_TEXT_SIZE];
    char *hex = calloc(entry->size + 1, 2);

    guid_to_text(entry->guid, guid);
    for (size_t i = 0; hex && i < entry->size; i++) {
        sprintf(hex + 2 * i, "%02x", entry->data[i]);
    }
    guest_say("secret %s %s", guid, hex ? hex : "(out of memory)");
    free(hex);
}

static bool say_secrets(const uint8_t *area, size_t size)
{
    SecretTable table;
    SecretEntry entry;
    SecretStatus status = secret_table_open(&table, area, size);

    if (status == SECRET_NONE) {
        guest_say("no secret");
        return true;
    }
    while (status == SECRET_OK) {
        status = secret_table_next(&table, &entry);
        if (status == SECRET_OK) {
            say_entry(&entry);
        }
    }
    return status != SECRET_DAMAGED || guest_fail("secret table is damaged");
}

static bool read_area(const SecretArea *where)
{
    uint8_t *area;
    bool ok;

    if (where->size > MAX_AREA_SIZE) {
        return guest_fail("secret area of %llu bytes",
                          (unsigned long long)where->size);
    }
    area = malloc(where->size);
    if (!area) {
        return guest_fail("out of memory");
    }
    ok = physmem_read(where->base, area, where->size) &&
         say_secrets(area, where->size);
    free(area);
    return ok;
}

bool action_secret(void)
{
    SecretArea where;
    uint64_t address;

    if (!efi_find_table(area_guid, &address)) {
        return false;
    }
    if (!address) {
        guest_say("no secret area in this firmware");
        return true;
    }
    return physmem_read(address, &where, sizeof(where)) && read_area(&where);
}
