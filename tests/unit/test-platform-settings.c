/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host tells its secure processor at each boot, as it is kept */

#include <fcntl.h>

#include "platform-fixture.h"
#include "platform/platform-settings.h"

static PlatformFolder open_folder(Fixture *f)
{
    PlatformFolder folder = { .path = f->path, .file_mode = 0600 };

    g_assert_cmpint(g_mkdir(f->path, 0700), ==, 0);
    folder.fd = open(f->path, O_RDONLY | O_DIRECTORY);
    g_assert_cmpint(folder.fd, >=, 0);
    return folder;
}

static PlatformSettings all_set(void)
{
    PlatformSettings settings = {
        .has_firmware = true, .version = { 1, 58, 255 },
        .firmware_tcb = { 1, 2, 3, 4, 0, 0, 0, 0xd6 },
        .has_config = true, .reported_tcb = { 0xff, 2, 3, 4, 0, 0, 0, 7 },
        .mask_chip_key = true, .has_vlek = true,
    };

    memset(settings.vlek, 0x5a, sizeof(settings.vlek));
    return settings;
}

static void expect_same(const PlatformSettings *a, const PlatformSettings *b)
{
    g_assert_cmpint(a->has_firmware, ==, b->has_firmware);
    g_assert_cmpmem(a->version, 3, b->version, 3);
    g_assert_cmpmem(a->firmware_tcb, 8, b->firmware_tcb, 8);
    g_assert_cmpint(a->has_config, ==, b->has_config);
    g_assert_cmpmem(a->reported_tcb, 8, b->reported_tcb, 8);
    g_assert_cmpint(a->mask_chip_id, ==, b->mask_chip_id);
    g_assert_cmpint(a->mask_chip_key, ==, b->mask_chip_key);
    g_assert_cmpint(a->has_vlek, ==, b->has_vlek);
    g_assert_cmpmem(a->vlek, 432, b->vlek, 432);
}

static void must_write(const PlatformFolder *folder,
                       const PlatformSettings *settings)
{
    g_autoptr(GError) error = NULL;

    platform_settings_write(folder, settings, &error);
    g_assert_no_error(error);
}

static void must_read(const PlatformFolder *folder,
                      PlatformSettings *settings)
{
    g_autoptr(GError) error = NULL;

    platform_settings_read(folder, settings, &error);
    g_assert_no_error(error);
}

static void test_kept(Fixture *f, gconstpointer data)
{
    static const PlatformSettings nothing;
    PlatformFolder folder = open_folder(f);
    PlatformSettings settings = all_set(), found;

    must_read(&folder, &found);
    expect_same(&found, &nothing);
    must_write(&folder, &settings);
    must_read(&folder, &found);
    expect_same(&found, &settings);
    g_assert_cmpuint(mode_of(f, "settings"), ==, 0600);
    g_assert_cmpuint(mode_of(f, "vlek"), ==, 0600);

    must_write(&folder, &nothing);
    must_read(&folder, &found);
    expect_same(&found, &nothing);
    g_assert_false(exists(f, "settings"));
    g_assert_false(exists(f, "vlek"));
    close(folder.fd);
}

/* Each key wrong, missing or too much */
static void test_damaged(Fixture *f, gconstpointer data)
{
    static const char *const texts[] = {
        "", "x", "[firmware]\n", "[config]\n", "[firmware]\nversion=1.2\n",
        "[firmware]\nversion=1.2.3\n", "[firmware]\nversion=1.2.256\n"
        "tcb=0000000000000000\n", "[firmware]\nversion=1.2.3\ntcb=00\n",
        "[firmware]\nversion=1.2.3\ntcb=000000000000000g\n",
        "[config]\nreported-tcb=0000000000000000\n",
        "[config]\nreported-tcb=0000000000000000\nmask-chip-id=true\n",
        "[config]\nreported-tcb=0000000000000000\nmask-chip-id=true\n"
        "mask-chip-key=maybe\n",
        "[config]\nmask-chip-id=true\nmask-chip-key=true\n",
    };
    PlatformFolder folder = open_folder(f);
    PlatformSettings settings;

    /* The first says nothing, which is no damage */
    write_file(f, "settings", texts[0], 0);
    must_read(&folder, &settings);
    for (size_t i = 1; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        write_file(f, "settings", texts[i], strlen(texts[i]));
        g_assert_false(platform_settings_read(&folder, &settings, &error));
        g_assert_error(error, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED);
        g_assert_nonnull(strstr(error->message, "/settings: expected "));
    }
    close(folder.fd);
}

static void test_sizes(Fixture *f, gconstpointer data)
{
    static const size_t sizes[] = { 0, 431, 433, 100000 };
    g_autofree char *bytes = g_malloc0(100000);
    PlatformFolder folder = open_folder(f);
    PlatformSettings settings;

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GError) error = NULL;

        write_file(f, "vlek", bytes, sizes[i]);
        g_assert_false(platform_settings_read(&folder, &settings, &error));
        g_assert_error(error, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED);
    }
    write_file(f, "vlek", bytes, 432);
    must_read(&folder, &settings);
    write_file(f, "settings", bytes, 100000);
    g_assert_false(platform_settings_read(&folder, &settings, NULL));
    close(folder.fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/platform/settings/kept", test_kept);
    ADD("/platform/settings/damaged", test_damaged);
    ADD("/platform/settings/sizes", test_sizes);
    return g_test_run();
}
