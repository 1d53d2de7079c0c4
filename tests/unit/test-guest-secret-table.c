/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's walk over OVMF's secret table, which its host wrote. */

#include <glib.h>
#include <string.h>
#include "initramfs/secret-table.h"

/* 1e74f542-71dd-4d66-963e-ef4287ff173b, as it lies in memory */
#define TABLE "42f5741edd71664d963eef4287ff173b"
/* 736869e5-84f0-4973-92ec-06879ce3da0b */
#define ENTRY "e5696873f084734992ec06879ce3da0b"

typedef struct TestTable {
    const char *name;
    const char *hex;            /* the area, all of it */
    SecretStatus open;
    int entries;                /* before @end */
    SecretStatus end;           /* what the walk ends with */
} TestTable;

static const TestTable tables[] = {
    { "empty-area", "", SECRET_NONE },
    { "zeroed-area", "0000000000000000000000000000000000000000",
      SECRET_NONE },
    { "area-ends-in-length", TABLE "140000", SECRET_NONE },
    { "another-guid", ENTRY "14000000", SECRET_NONE },
    { "length-0", TABLE "00000000", SECRET_DAMAGED },
    { "shorter-than-header", TABLE "13000000", SECRET_DAMAGED },
    { "longer-than-area", TABLE "15000000", SECRET_DAMAGED },
    { "length-wraps", TABLE "ffffffff", SECRET_DAMAGED },
    { "no-entries", TABLE "14000000", SECRET_OK, 0, SECRET_NONE },
    { "one-entry", TABLE "2a000000" ENTRY "16000000" "abcd",
      SECRET_OK, 1, SECRET_NONE },
    { "entry-without-data", TABLE "28000000" ENTRY "14000000",
      SECRET_OK, 1, SECRET_NONE },
    { "two-entries",
      TABLE "3e000000" ENTRY "16000000" "abcd" ENTRY "14000000",
      SECRET_OK, 2, SECRET_NONE },
    { "after-the-table", TABLE "14000000" ENTRY "14000000",
      SECRET_OK, 0, SECRET_NONE },
    { "entry-length-0", TABLE "28000000" ENTRY "00000000",
      SECRET_OK, 0, SECRET_DAMAGED },
    { "entry-shorter-than-head", TABLE "28000000" ENTRY "13000000",
      SECRET_OK, 0, SECRET_DAMAGED },
    { "entry-longer-than-table", TABLE "29000000" ENTRY "16000000" "abcd",
      SECRET_OK, 0, SECRET_DAMAGED },
    { "entry-length-wraps", TABLE "28000000" ENTRY "ffffffff",
      SECRET_OK, 0, SECRET_DAMAGED },
    { "rest-too-short", TABLE "26000000" ENTRY "1400",
      SECRET_OK, 0, SECRET_DAMAGED },
};

/* Of exactly its size, so that a sanitizer sees a read beyond it */
static uint8_t *area_new(const char *hex, size_t *size)
{
    uint8_t *area;

    *size = strlen(hex) / 2;
    area = g_malloc(*size);
    for (size_t i = 0; i < *size; i++) {
        area[i] = g_ascii_xdigit_value(hex[2 * i]) << 4 |
                  g_ascii_xdigit_value(hex[2 * i + 1]);
    }
    return area;
}

static void test_walk(const void *data)
{
    const TestTable *test = data;
    size_t size;
    g_autofree uint8_t *area = area_new(test->hex, &size);
    SecretTable table;
    SecretEntry entry;
    SecretStatus status = secret_table_open(&table, area, size);

    g_assert_cmpint(status, ==, test->open);
    if (status != SECRET_OK) {
        return;
    }
    for (int i = 0; i < test->entries; i++) {
        g_assert_cmpint(secret_table_next(&table, &entry), ==, SECRET_OK);
        g_assert_true(entry.data + entry.size <= area + size);
    }
    g_assert_cmpint(secret_table_next(&table, &entry), ==, test->end);
}

static void test_contents(void)
{
    char guid[GUID_TEXT_SIZE];
    size_t size;
    g_autofree uint8_t *area = area_new(TABLE "2a000000" ENTRY "16000000"
                                        "abcd", &size);
    SecretTable table;
    SecretEntry entry;

    g_assert_cmpint(secret_table_open(&table, area, size), ==, SECRET_OK);
    g_assert_cmpint(secret_table_next(&table, &entry), ==, SECRET_OK);
    guid_to_text(entry.guid, guid);
    g_assert_cmpstr(guid, ==, "736869e5-84f0-4973-92ec-06879ce3da0b");
    g_assert_cmpmem(entry.data, entry.size, "\xab\xcd", 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *path = g_strdup_printf("/guest/secret-table/%s",
                                                tables[i].name);

        g_test_add_data_func(path, &tables[i], test_walk);
    }
    g_test_add_func("/guest/secret-table/contents", test_contents);
    return g_test_run();
}
