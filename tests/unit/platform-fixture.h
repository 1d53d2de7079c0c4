/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A temporary folder, and in it the path of a platform yet to be made. */

#ifndef TESTS_UNIT_PLATFORM_FIXTURE_H
#define TESTS_UNIT_PLATFORM_FIXTURE_H

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "platform/platform-dir.h"

typedef struct Fixture {
    char *top;
    char *path;
} Fixture;

static inline void remove_tree(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (g_unlink(child) < 0) {
            remove_tree(child);
        }
    }
    g_clear_pointer(&dir, g_dir_close);
    g_assert_cmpint(g_rmdir(path), ==, 0);
}

static inline void setup(Fixture *f, gconstpointer data)
{
    f->top = g_dir_make_tmp("test-platform-XXXXXX", NULL);
    f->path = g_build_filename(f->top, "platform", NULL);
}

static inline void teardown(Fixture *f, gconstpointer data)
{
    remove_tree(f->top);
    g_free(f->top);
    g_free(f->path);
}

/* Must succeed. */
static inline PlatformDir *must_open(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    PlatformDir *pd = platform_dir_open(f->path, NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(pd);
    return pd;
}

/* Must fail with @code and "PATH@message". */
static inline void must_refuse(Fixture *f, PlatformDirError code,
                               const char *message)
{
    g_autofree char *expected = g_strconcat(f->path, message, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(platform_dir_open(f->path, NULL, &error));
    g_assert_error(error, PLATFORM_DIR_ERROR, (int)code);
    g_assert_cmpstr(error->message, ==, expected);
}

static inline char *file_path(Fixture *f, const char *name)
{
    return g_build_filename(f->path, name, NULL);
}

static inline void write_file(Fixture *f, const char *name, const void *data,
                              size_t len)
{
    g_autofree char *path = file_path(f, name);

    g_assert_true(g_file_set_contents(path, data, len, NULL));
}

static inline char *read_file(Fixture *f, const char *name, size_t *len)
{
    g_autofree char *path = file_path(f, name);
    char *data;

    g_assert_true(g_file_get_contents(path, &data, len, NULL));
    return data;
}

static inline bool exists(Fixture *f, const char *name)
{
    g_autofree char *path = file_path(f, name);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static inline unsigned mode_of(Fixture *f, const char *name)
{
    g_autofree char *path = file_path(f, name);
    GStatBuf st;

    g_assert_cmpint(g_stat(path, &st), ==, 0);
    return st.st_mode & 07777;
}

#define ADD(path, func) \
    g_test_add(path, Fixture, NULL, setup, func, teardown)

#endif
