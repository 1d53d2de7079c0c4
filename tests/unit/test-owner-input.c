/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, base64 and files as the user gives them, right and wrong. */

#include <glib/gstdio.h>
#include <string.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"

typedef struct NumberCase {
    const char *text;
    bool ok;
    uint32_t value;
} NumberCase;

/* From 1 to 1000 */
static const NumberCase numbers[] = {
    { "1", true, 1 }, { "1000", true, 1000 }, { "040", true, 40 },
    { "0x1f", true, 31 }, { "0X3E8", true, 1000 }, { "0", false, 0 },
    { "1001", false, 0 }, { "0x3e9", false, 0 }, { "", false, 0 },
    { "0x", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 },
    { "+1", false, 0 }, { "-1", false, 0 }, { "1x", false, 0 },
    { "0x0x1", false, 0 }, { "0x-1", false, 0 },
    { "18446744073709551617", false, 0 }, { "4294967297", false, 0 },
};

static void test_numbers(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const NumberCase *c = &numbers[i];
        g_autofree char *message = g_strdup_printf(
            "--n %s: expected a number from 1 to 1000, decimal or 0x and "
            "hexadecimal", c->text);
        g_autoptr(GError) error = NULL;
        uint32_t value = 0;

        g_test_message("\"%s\"", c->text);
        g_assert_true(input_number("--n", c->text, 1, 1000, &value, &error) ==
                      c->ok);
        if (c->ok) {
            g_assert_cmpuint(value, ==, c->value);
        } else {
            g_assert_error(error, OWNER_ERROR, OWNER_EXIT_USAGE);
            g_assert_cmpstr(error->message, ==, message);
        }
    }
}

static void test_base64(void)
{
    static const char *const bad[] = {
        "", "AAEC", "AAECAw", "AAECAw=", "AAECAw===", "AAECAwQ=",
        " AAECAw==", "AAECAw==\n", "AA*ECAw==", "AAECAx==", "====", "\x7f",
    };
    uint8_t data[4];

    g_assert_true(input_base64("AAECAw==", data, sizeof(data)));
    g_assert_cmpmem(data, sizeof(data), "\0\1\2\3", 4);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_test_message("\"%s\"", bad[i]);
        g_assert_false(input_base64(bad[i], data, sizeof(data)));
    }
}

typedef struct Fixture {
    char *dir;
    char *path;
} Fixture;

static void setup(Fixture *f, gconstpointer data)
{
    f->dir = g_dir_make_tmp("test-owner-XXXXXX", NULL);
    f->path = g_build_filename(f->dir, "key", NULL);
}

static void teardown(Fixture *f, gconstpointer data)
{
    g_unlink(f->path);
    g_rmdir(f->dir);
    g_free(f->path);
    g_free(f->dir);
}

static void expect(const char *text, const char *format, const char *path)
{
    g_autofree char *message = g_strdup_printf(format, path);
    g_autoptr(GError) error = NULL;
    uint8_t data[16];

    g_assert_false(input_exact("--tik", text, data, sizeof(data), &error));
    g_assert_error(error, OWNER_ERROR, OWNER_EXIT_USAGE);
    g_assert_cmpstr(error->message, ==, message);
}

static void test_key_file(Fixture *f, gconstpointer data)
{
    uint8_t key[16];

    g_assert_true(g_file_set_contents(f->path, "0123456789abcdef", 16, NULL));
    g_assert_true(input_exact("--tik", f->path, key, sizeof(key), NULL));
    g_assert_cmpmem(key, sizeof(key), "0123456789abcdef", 16);
}

static void test_key_file_bad(Fixture *f, gconstpointer data)
{
    expect(f->path, "--tik %s: no such file, nor is it base64 of 16 bytes",
           f->path);
    expect(f->dir, "--tik %s: Is a directory", f->dir);
    for (int size = 15; size <= 17; size += 2) {
        g_autofree char *format = g_strdup_printf(
            "--tik %%s: expected a file of 16 bytes, found %d", size);

        g_assert_true(g_file_set_contents(f->path, "0123456789abcdefg", size,
                                          NULL));
        expect(f->path, format, f->path);
    }
}

static void test_file_limit(Fixture *f, gconstpointer data)
{
    g_autofree char *message = g_strconcat("--kernel ", f->path,
                                           ": more than 70000 bytes", NULL);
    g_autofree char *contents = g_malloc0(70001);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;

    g_assert_true(g_file_set_contents(f->path, contents, 70000, NULL));
    bytes = input_file("--kernel", f->path, 70000, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, 70000);
    g_assert_true(g_file_set_contents(f->path, contents, 70001, NULL));
    g_assert_null(input_file("--kernel", f->path, 70000, &error));
    g_assert_cmpstr(error->message, ==, message);
}

static void add(const char *path,
                void (*test)(Fixture *f, gconstpointer data))
{
    g_test_add(path, Fixture, NULL, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/owner/input/numbers", test_numbers);
    g_test_add_func("/owner/input/base64", test_base64);
    add("/owner/input/key-file", test_key_file);
    add("/owner/input/key-file-bad", test_key_file_bad);
    add("/owner/input/file-limit", test_file_limit);
    return g_test_run();
}
