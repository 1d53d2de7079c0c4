/*
 * EFI configuration tables, found without a driver
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Debian's kernels have no efi_secret driver, so the tables are walked here.
 * sysfs gives the address of the array of tables, but not its length; that is
 * in the EFI system table, whose address the boot protocol's efi_info holds
 * (Linux, Documentation/arch/x86/zero-page.rst).  The system table's own
 * pointer to the array cannot be used: it is virtual once the kernel runs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "efi.h"
#include "guest.h"

#define CONFIG_TABLE_FILE "/sys/firmware/efi/config_table"
#define BOOT_PARAMS_FILE "/sys/kernel/boot_params/data"
#define BOOT_PARAMS_EFI_INFO 0x1c0
#define EFI64_SIGNATURE "EL64"
#define MAX_TABLES 256                  /* OVMF has about a dozen */

/* Linux, struct efi_info */
typedef struct EfiInfo {
    char signature[4];
    uint32_t system_table;
    uint32_t memory_map[4];
    uint32_t system_table_high;
    uint32_t memory_map_high;
} EfiInfo;
_Static_assert(sizeof(EfiInfo) == 32, "struct efi_info");

/* UEFI 2.10, 4.3 EFI System Table */
typedef struct EfiSystemTable {
    char signature[8];
    uint32_t header[4];
    uint64_t handles_and_services[10];
    uint64_t number_of_tables;
    uint64_t tables;
} EfiSystemTable;
_Static_assert(sizeof(EfiSystemTable) == 120, "EFI_SYSTEM_TABLE");

/* UEFI 2.10, 4.6 EFI Configuration Table */
typedef struct EfiTable {
    uint8_t guid[16];
    uint64_t address;
} EfiTable;
_Static_assert(sizeof(EfiTable) == 24, "EFI_CONFIGURATION_TABLE");

static bool read_efi_info(EfiInfo *info)
{
    FILE *f = fopen(BOOT_PARAMS_FILE, "rb");
    bool ok;

    if (!f) {
        return guest_fail("%s: %s", BOOT_PARAMS_FILE, strerror(errno));
    }
    ok = !fseek(f, BOOT_PARAMS_EFI_INFO, SEEK_SET) &&
         fread(info, sizeof(*info), 1, f) == 1 &&
         !memcmp(info->signature, EFI64_SIGNATURE, sizeof(info->signature));
    fclose(f);
    return ok || guest_fail("not booted by 64-bit EFI");
}

static bool read_array_length(uint64_t *length)
{
    EfiInfo info;
    EfiSystemTable system;

    if (!read_efi_info(&info) ||
        !physmem_read(info.system_table |
                      (uint64_t)info.system_table_high << 32,
                      &system, sizeof(system))) {
        return false;
    }
    if (memcmp(system.signature, "IBI SYST", sizeof(system.signature))) {
        return guest_fail("no EFI system table where it should be");
    }
    if (system.number_of_tables > MAX_TABLES) {
        return guest_fail("EFI says it has %llu tables",
                          (unsigned long long)system.number_of_tables);
    }
    *length = system.number_of_tables;
    return true;
}

static bool read_array_address(uint64_t *address)
{
    FILE *f = fopen(CONFIG_TABLE_FILE, "r");
    unsigned long long value = 0;
    bool ok;

    if (!f) {
        return guest_fail("%s: %s", CONFIG_TABLE_FILE, strerror(errno));
    }
    ok = fscanf(f, "%llx", &value) == 1;
    fclose(f);
    *address = value;
    return ok || guest_fail("%s: not an address", CONFIG_TABLE_FILE);
}

bool efi_find_table(const uint8_t guid[16], uint64_t *address)
{
    EfiTable tables[MAX_TABLES];
    uint64_t array = 0, length = 0;

    *address = 0;
    if (!read_array_length(&length) || !read_array_address(&array) ||
        !physmem_read(array, tables, length * sizeof(tables[0]))) {
        return false;
    }
    for (uint64_t i = 0; i < length; i++) {
        if (!memcmp(tables[i].guid, guid, sizeof(tables[i].guid))) {
            *address = tables[i].address;
        }
    }
    return true;
}
