/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * platform/platform-chip.c: a platform's directory one file of which is
 * not as it was written. The first byte of the input says which file, the
 * second how the rest is taken:
 *
 *   even  it is the content of the file
 *   odd   it changes the good content
 */

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "fuzz.h"
#include "platform/platform-chip.h"

static const char *const names[] = {
    "manifest", "fuses", "model", "ark.cert", "ask.cert", "cek.cert",
};

/* What is there for all inputs: making a chip takes RSA, a directory disk */
static struct {
    PlatformFolder folder;
    PlatformChip chip;
    char *path[G_N_ELEMENTS(names)];
    char *good[G_N_ELEMENTS(names)];
    gsize len[G_N_ELEMENTS(names)];
} world;

static void remove_world(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_unlink(world.path[i]);
    }
    g_rmdir(world.folder.path);
}

static void make_world(void)
{
    static const PlatformMake usual;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) certs = NULL;

    world.folder.file_mode = 0600;
    world.folder.path = g_dir_make_tmp("fuzz-platform-XXXXXX", &error);
    g_assert_no_error(error);
    world.folder.fd = g_open(world.folder.path, O_RDONLY | O_DIRECTORY);
    g_assert_cmpint(world.folder.fd, >=, 0);
    g_assert_true(platform_chip_make(&world.chip, &usual, &certs,
                                     &error));
    g_assert_true(platform_chip_write(&world.folder, &world.chip, &error));
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        world.path[i] = g_build_filename(world.folder.path, names[i], NULL);
        g_assert_true(g_file_get_contents(world.path[i], &world.good[i],
                                          &world.len[i], &error));
    }
    atexit(remove_world);
}

/* Not g_file_set_contents(): that syncs. */
static void put(const char *path, const void *data, size_t len)
{
    int fd = g_open(path, O_WRONLY | O_TRUNC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, data, len), ==, len);
    close(fd);
}

static void change_file(FuzzInput *in, size_t which)
{
    g_autofree char *content = g_memdup2(world.good[which], world.len[which]);

    if (fuzz_take_byte(in) & 1) {
        fuzz_change(in, content, world.len[which]);
        put(world.path[which], content, world.len[which]);
    } else {
        put(world.path[which], in->data, in->size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    FuzzInput in = { data, size };
    PlatformChip chip = { 0 };
    size_t which;

    if (!world.folder.path) {
        make_world();
    }
    which = fuzz_take_byte(&in) % G_N_ELEMENTS(names);
    change_file(&in, which);
    /* No digest but the good one is found: what is taken is what was made. */
    if (platform_chip_read(&world.folder, &chip, &error)) {
        g_assert_no_error(error);
        g_assert_cmpmem(&chip, sizeof(chip), &world.chip, sizeof(chip));
    } else {
        g_assert_error(error, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_DAMAGED);
        g_assert_true(g_str_has_prefix(error->message, world.folder.path));
    }
    put(world.path[which], world.good[which], world.len[which]);
    return 0;
}
