/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flash of a platform's directory, and its locks. */

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "platform-fixture.h"

#define BUF_SIZE 64

/* Must read @expected. */
static void must_read(PlatformDir *pd, const char *expected)
{
    char buf[BUF_SIZE];
    size_t len = 12345;

    g_assert_cmpint(platform_dir_flash_read(pd, buf, sizeof(buf), &len),
                    ==, 0);
    g_assert_null(platform_dir_flash_error(pd));
    g_assert_cmpmem(buf, len, expected, strlen(expected));
}

static void must_write(PlatformDir *pd, const char *text)
{
    g_assert_true(platform_dir_lock(pd, NULL));
    g_assert_cmpint(platform_dir_flash_write(pd, text, strlen(text)), ==, 0);
    g_assert_null(platform_dir_flash_error(pd));
    platform_dir_unlock(pd);
}

static void test_flash(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = must_open(f);
    g_autoptr(PlatformDir) other = must_open(f);

    must_read(pd, "");          /* out of the factory */
    must_write(pd, "something");
    must_read(pd, "something");
    must_read(other, "something");
    must_write(other, "less");
    must_read(pd, "less");
    must_write(pd, "");         /* erased */
    must_read(pd, "");
    g_assert_false(exists(f, "flash.new"));
}

/* What does not fit is cut off, and its length told. */
static void test_flash_longer(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = must_open(f);
    char buf[4];
    size_t len;

    must_write(pd, "abcdefg");
    g_assert_cmpint(platform_dir_flash_read(pd, buf, 4, &len), ==, 0);
    g_assert_cmpuint(len, ==, 7);
    g_assert_cmpmem(buf, 4, "abcd", 4);
    g_assert_cmpint(platform_dir_flash_read(pd, buf, 0, &len), ==, 0);
    g_assert_cmpuint(len, ==, 7);
}

static void test_flash_unreadable(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = must_open(f);
    g_autofree char *path = file_path(f, "flash");
    g_autofree char *message = g_strconcat(path, ": expected a regular file",
                                           NULL);
    char buf[BUF_SIZE];
    size_t len;

    g_assert_cmpstr(platform_dir_flash_path(pd), ==, path);
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    g_assert_cmpint(platform_dir_flash_read(pd, buf, BUF_SIZE, &len), ==, -1);
    g_assert_cmpstr(platform_dir_flash_error(pd), ==, message);

    g_assert_cmpint(g_rmdir(path), ==, 0);
    must_read(pd, "");          /* and the error is forgotten */
}

static void test_write_needs_lock(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = must_open(f);

    g_assert_cmpint(platform_dir_flash_write(pd, "x", 1), ==, -1);
    g_assert_nonnull(strstr(platform_dir_flash_error(pd), "/flash: "));
    must_write(pd, "y");
    g_assert_cmpint(platform_dir_flash_write(pd, "x", 1), ==, -1);
    must_read(pd, "y");
}

/* As on a full disk: what was there stays. */
static void test_disk_full(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = must_open(f);
    struct rlimit limit = { 1000, RLIM_INFINITY }, before;
    char big[2000] = { 1 };

    must_write(pd, "old");
    g_assert_true(platform_dir_lock(pd, NULL));
    getrlimit(RLIMIT_FSIZE, &before);
    limit.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    g_assert_cmpint(platform_dir_flash_write(pd, big, sizeof(big)), ==, -1);
    setrlimit(RLIMIT_FSIZE, &before);
    g_assert_nonnull(strstr(platform_dir_flash_error(pd), "File too large"));
    platform_dir_unlock(pd);
    must_read(pd, "old");
    g_assert_false(exists(f, "flash.new"));
}

/* A kill while it is written leaves this beside the old flash. */
static void test_flash_interrupted(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = must_open(f);

    must_write(pd, "old");
    write_file(f, "flash.new", "half of what was to be", 22);
    must_read(pd, "old");
    must_write(pd, "new");
    must_read(pd, "new");
    g_assert_false(exists(f, "flash.new"));
}

/* Could somebody else have the lock on @name now? */
static bool is_free(Fixture *f, const char *name)
{
    g_autofree char *path = file_path(f, name);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool free;

    g_assert_cmpint(fd, >=, 0);
    free = flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    return free;
}

static void test_lock(Fixture *f, gconstpointer data)
{
    PlatformDir *pd = must_open(f);

    g_assert_true(is_free(f, "lock"));
    g_assert_true(platform_dir_lock(pd, NULL));
    g_assert_false(is_free(f, "lock"));
    platform_dir_unlock(pd);
    g_assert_true(is_free(f, "lock"));
    g_assert_true(platform_dir_lock(pd, NULL));
    platform_dir_close(pd);
    g_assert_true(is_free(f, "lock"));
}

static void must_be_busy(PlatformDir *pd, Fixture *f)
{
    g_autofree char *message = g_strconcat(
        f->path, ": guests are running on this platform", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(platform_dir_exclude(pd, &error));
    g_assert_error(error, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_BUSY);
    g_assert_cmpstr(error->message, ==, message);
}

static void test_guests(Fixture *f, gconstpointer data)
{
    PlatformDir *one = must_open(f);
    PlatformDir *two = must_open(f);
    g_autoptr(PlatformDir) tool = must_open(f);

    g_assert_true(platform_dir_enter(one, NULL));
    g_assert_true(platform_dir_enter(two, NULL));
    must_be_busy(tool, f);
    platform_dir_close(one);
    must_be_busy(tool, f);
    platform_dir_close(two);
    g_assert_true(platform_dir_exclude(tool, NULL));
    g_assert_false(is_free(f, "guests"));
}

/* Guests don't keep each other, or who only looks, from the flash. */
static void test_guests_and_lock(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) guest = must_open(f);
    g_autoptr(PlatformDir) other = NULL;

    g_assert_true(platform_dir_enter(guest, NULL));
    other = must_open(f);
    must_write(other, "x");
    g_assert_true(platform_dir_enter(other, NULL));
    must_write(guest, "y");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/platform/flash/replaced", test_flash);
    ADD("/platform/flash/longer", test_flash_longer);
    ADD("/platform/flash/unreadable", test_flash_unreadable);
    ADD("/platform/flash/needs-lock", test_write_needs_lock);
    ADD("/platform/flash/disk-full", test_disk_full);
    ADD("/platform/flash/interrupted", test_flash_interrupted);
    ADD("/platform/lock", test_lock);
    ADD("/platform/guests/exclude", test_guests);
    ADD("/platform/guests/lock", test_guests_and_lock);
    return g_test_run();
}
