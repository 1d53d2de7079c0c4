/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the host's table of certificates ends: the guest trusts nothing. */

#include <glib.h>
#include <string.h>
#include "guest/snp-report.h"

typedef struct Entry {
    uint32_t guid, offset, length;      /* all zero: the last one */
} Entry;

typedef struct TestTable {
    const char *name;
    Entry entries[4];
    unsigned nr;
    size_t expected;
} TestTable;

#define SIZE 4096

static const TestTable tables[] = {
    { "no-entries", { { 0 } }, 1, 0 },
    { "one", { { 1, 48, 100 }, { 0 } }, 2, 148 },
    { "not-in-order", { { 1, 1000, 96 }, { 2, 72, 10 }, { 0 } }, 3, 1096 },
    { "up-to-the-end", { { 1, 48, SIZE - 48 }, { 0 } }, 2, SIZE },
    { "nothing-in-it", { { 1, 0, 0 }, { 0 } }, 2, 48 },
    { "beyond-the-end", { { 1, 48, SIZE - 47 }, { 0 } }, 2, 0 },
    { "offset-beyond", { { 1, SIZE + 1, 0 }, { 0 } }, 2, 0 },
    { "wraps", { { 1, 48, UINT32_MAX - 40 }, { 0 } }, 2, 0 },
};

static void test_table(gconstpointer opaque)
{
    const TestTable *table = opaque;
    g_autofree uint8_t *data = g_malloc0(SIZE);

    for (unsigned i = 0; i < table->nr; i++) {
        uint32_t numbers[] = {
            GUINT32_TO_LE(table->entries[i].offset),
            GUINT32_TO_LE(table->entries[i].length),
        };

        data[24 * i] = table->entries[i].guid;
        memcpy(data + 24 * i + 16, numbers, sizeof(numbers));
    }
    g_assert_cmpuint(snp_certs_size(data, SIZE), ==, table->expected);
}

/* No last entry, to the very end of what is there */
static void test_endless(void)
{
    for (size_t size = 0; size < 100; size++) {
        g_autofree uint8_t *data = g_malloc(size + 1);

        memset(data, 1, size);
        for (size_t at = 0; at + 24 <= size; at += 24) {
            memset(data + at + 16, 0, 8);
        }
        g_assert_cmpuint(snp_certs_size(data, size), ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *path = g_strconcat("/guest/snp-certs/",
                                            tables[i].name, NULL);

        g_test_add_data_func(path, &tables[i], test_table);
    }
    g_test_add_func("/guest/snp-certs/endless", test_endless);
    return g_test_run();
}
