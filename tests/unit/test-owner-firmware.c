/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader of firmware tables: a good image, then each field of it wrong
 * once. The image is built here with offsets written out, from the end:
 *
 *   -32        end of the table
 *   -50        footer: length, GUID
 *   -76        secret area: base, size, length, GUID
 *   -102       hash table: base, size, length, GUID
 *   -124       SEV-ES reset: EIP, length, GUID
 */

#include <string.h>
#include "guest-owner/measure/firmware.h"
#include "guest-owner/base/owner.h"

#define IMAGE_SIZE   8192
#define TABLE_LENGTH (18 + 26 + 26 + 22)
#define FOOTER_AT    (IMAGE_SIZE - 50)
#define SECRET_AT    (IMAGE_SIZE - 76)
#define HASHES_AT    (IMAGE_SIZE - 102)
#define RESET_AT     (IMAGE_SIZE - 124)

static const uint8_t footer_guid[] = {
    0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
    0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d,
};
static const uint8_t secret_guid[] = {
    0x61, 0xb3, 0x2e, 0x4c, 0x9b, 0x7d, 0xc3, 0x4c,
    0x80, 0x81, 0x12, 0x7c, 0x90, 0xd3, 0xd2, 0x94,
};
static const uint8_t hashes_guid[] = {
    0x1f, 0x37, 0x55, 0x72, 0x3b, 0x3a, 0x04, 0x4b,
    0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54,
};

static const uint8_t reset_guid[] = {
    0xde, 0x71, 0xf7, 0x00, 0x7e, 0x1a, 0xcb, 0x4f,
    0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e,
};

static void put16(uint8_t *p, uint16_t value)
{
    p[0] = value;
    p[1] = value >> 8;
}

static void put32(uint8_t *p, uint32_t value)
{
    put16(p, value);
    put16(p + 2, value >> 16);
}

static void put_area(uint8_t *p, uint32_t base, uint32_t size,
                     const uint8_t *guid)
{
    put32(p, base);
    put32(p + 4, size);
    put16(p + 8, 26);
    memcpy(p + 10, guid, 16);
}

static void build_image(uint8_t *image)
{
    memset(image, 0xff, IMAGE_SIZE);
    put16(image + FOOTER_AT, TABLE_LENGTH);
    memcpy(image + FOOTER_AT + 2, footer_guid, sizeof(footer_guid));
    put_area(image + SECRET_AT, 0x810000, 0xc00, secret_guid);
    put_area(image + HASHES_AT, 0x810c00, 0x400, hashes_guid);
    put32(image + RESET_AT, 0x80b004);
    put16(image + RESET_AT + 4, 22);
    memcpy(image + RESET_AT + 6, reset_guid, sizeof(reset_guid));
}

static bool parse(const uint8_t *image, size_t size, FirmwareInfo *info,
                  GError **errp)
{
    /* A copy of exactly this size, so that the sanitizer sees overruns */
    g_autoptr(GBytes) bytes = g_bytes_new(image, size);

    return firmware_parse(bytes, "f.fd", info, errp);
}

static void expect_error(const uint8_t *image, size_t size,
                         const char *message)
{
    g_autoptr(GError) error = NULL;
    FirmwareInfo info;

    g_assert_false(parse(image, size, &info, &error));
    g_assert_error(error, OWNER_ERROR, OWNER_EXIT_USAGE);
    g_assert_cmpstr(error->message, ==, message);
}

static void test_good(void)
{
    uint8_t image[IMAGE_SIZE];
    FirmwareInfo info;
    GError *error = NULL;

    build_image(image);
    g_assert_true(parse(image, sizeof(image), &info, &error));
    g_assert_no_error(error);
    g_assert_true(info.has_table);
    g_assert_cmphex(info.secret.base, ==, 0x810000);
    g_assert_cmphex(info.secret.size, ==, 0xc00);
    g_assert_cmphex(info.hash_table.base, ==, 0x810c00);
    g_assert_cmphex(info.hash_table.size, ==, 0x400);
    g_assert_true(info.has_es_reset);
    g_assert_cmphex(info.es_reset_eip, ==, 0x80b004);
}

static void test_no_table(void)
{
    uint8_t image[IMAGE_SIZE];
    FirmwareInfo info;

    for (size_t i = 0; i < sizeof(footer_guid); i++) {
        build_image(image);
        image[FOOTER_AT + 2 + i] ^= 1;
        g_assert_true(parse(image, sizeof(image), &info, NULL));
        g_assert_false(info.has_table);
        g_assert_false(firmware_holds_hashes(&info));
        g_assert_false(firmware_holds_secret(&info, 16));
        g_assert_false(info.has_es_reset);
    }
}

/* Entries of other GUIDs are passed over. */
static void test_unknown_entry(void)
{
    uint8_t image[IMAGE_SIZE];
    FirmwareInfo info;

    build_image(image);
    image[SECRET_AT + 10] ^= 1;
    g_assert_true(parse(image, sizeof(image), &info, NULL));
    g_assert_cmphex(info.secret.size, ==, 0);
    g_assert_cmphex(info.hash_table.size, ==, 0x400);
}

static void test_empty_table(void)
{
    uint8_t image[IMAGE_SIZE];
    FirmwareInfo info;

    build_image(image);
    put16(image + FOOTER_AT, 18);
    g_assert_true(parse(image, sizeof(image), &info, NULL));
    g_assert_true(info.has_table);
    g_assert_cmphex(info.secret.size, ==, 0);
}

typedef struct BadLength {
    const char *name;
    size_t at;
    uint16_t length;
    const char *message;
} BadLength;

static const BadLength bad_lengths[] = {
    { "table-shorter-than-footer", FOOTER_AT, 17,
      "firmware f.fd: its GUIDed table has length 17" },
    { "table-zero", FOOTER_AT, 0,
      "firmware f.fd: its GUIDed table has length 0" },
    { "table-longer-than-image", FOOTER_AT, IMAGE_SIZE - 31,
      "firmware f.fd: its GUIDed table has length 8161" },
    { "table-cuts-entry", FOOTER_AT, TABLE_LENGTH - 1,
      "firmware f.fd: an entry of its GUIDed table has length 22, with 21 "
      "bytes left" },
    { "table-with-stray-bytes", FOOTER_AT, TABLE_LENGTH + 17,
      "firmware f.fd: 17 stray bytes in its GUIDed table" },
    { "entry-zero", SECRET_AT + 8, 0,
      "firmware f.fd: an entry of its GUIDed table has length 0, with 74 "
      "bytes left" },
    { "entry-shorter-than-itself", SECRET_AT + 8, 17,
      "firmware f.fd: an entry of its GUIDed table has length 17, with 74 "
      "bytes left" },
    { "entry-longer-than-table", SECRET_AT + 8, 75,
      "firmware f.fd: an entry of its GUIDed table has length 75, with 74 "
      "bytes left" },
    { "secret-without-data", SECRET_AT + 8, 18,
      "firmware f.fd: its secret area entry has 0 bytes of data, not 8" },
    { "reset-with-little-data", RESET_AT + 4, 21,
      "firmware f.fd: its SEV-ES reset entry has 3 bytes of data, not 4" },
    { "hashes-with-little-data", HASHES_AT + 8, 25,
      "firmware f.fd: its hash table entry has 7 bytes of data, not 8" },
};

static void test_bad_length(gconstpointer data)
{
    const BadLength *bad = data;
    uint8_t image[IMAGE_SIZE];

    build_image(image);
    put16(image + bad->at, bad->length);
    expect_error(image, sizeof(image), bad->message);
}

static void test_bad_size(void)
{
    static uint8_t image[FIRMWARE_MAX_SIZE + FIRMWARE_GRANULE];

    expect_error(image, 0, "firmware f.fd: 0 bytes, expected a multiple of "
                           "4096 up to 8388608");
    expect_error(image, 1, "firmware f.fd: 1 bytes, expected a multiple of "
                           "4096 up to 8388608");
    expect_error(image, sizeof(image),
                 "firmware f.fd: 8392704 bytes, expected a multiple of 4096 "
                 "up to 8388608");
}

static void test_holds(void)
{
    FirmwareInfo info = { .hash_table = { 0x1000, 176 },
                          .secret = { 0x2000, 64 } };

    g_assert_true(firmware_holds_hashes(&info));
    g_assert_true(firmware_holds_secret(&info, 64));
    g_assert_false(firmware_holds_secret(&info, 80));
    info.hash_table.size = 175;
    g_assert_false(firmware_holds_hashes(&info));
    info = (FirmwareInfo){ .hash_table = { 0, 176 }, .secret = { 0, 64 } };
    g_assert_false(firmware_holds_hashes(&info));
    g_assert_false(firmware_holds_secret(&info, 64));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/owner/firmware/good", test_good);
    g_test_add_func("/owner/firmware/no-table", test_no_table);
    g_test_add_func("/owner/firmware/unknown-entry", test_unknown_entry);
    g_test_add_func("/owner/firmware/empty-table", test_empty_table);
    for (size_t i = 0; i < G_N_ELEMENTS(bad_lengths); i++) {
        g_autofree char *path = g_strconcat("/owner/firmware/bad-length/",
                                            bad_lengths[i].name, NULL);

        g_test_add_data_func(path, &bad_lengths[i], test_bad_length);
    }
    g_test_add_func("/owner/firmware/bad-size", test_bad_size);
    g_test_add_func("/owner/firmware/holds", test_holds);
    return g_test_run();
}
