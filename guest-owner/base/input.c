/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads files, base64 and numbers from the command line. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"

#define READ_CHUNK 0x10000

static void set_errno_error(const char *option, const char *path, int err,
                            GError **errp)
{
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE, "%s %s: %s", option,
                path, g_strerror(err));
}

/* Appends all of @fd, or as much as shows that it has more than @max. */
static int read_all(int fd, GByteArray *bytes, size_t max)
{
    for (;;) {
        guint old_len = bytes->len;
        ssize_t n;

        g_byte_array_set_size(bytes, old_len + READ_CHUNK);
        n = read(fd, bytes->data + old_len, READ_CHUNK);
        g_byte_array_set_size(bytes, old_len + MAX(n, 0));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno;
        }
        if (n == 0 || bytes->len > max) {
            return 0;
        }
    }
}

GBytes *input_file(const char *option, const char *path, size_t max,
                   GError **errp)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int err;

    if (fd < 0) {
        set_errno_error(option, path, errno, errp);
        return NULL;
    }
    err = read_all(fd, bytes, max);
    close(fd);
    if (err) {
        /* read() says EISDIR for a directory: "Is a directory" */
        set_errno_error(option, path, err, errp);
        return NULL;
    }
    if (bytes->len > max) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: more than %zu bytes", option, path, max);
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static bool exact_file(const char *option, const char *path, void *data,
                       size_t size, GError **errp)
{
    g_autoptr(GBytes) bytes = input_file(option, path, READ_CHUNK, errp);
    gsize len;
    const void *contents;

    if (!bytes) {
        return false;
    }
    contents = g_bytes_get_data(bytes, &len);
    if (len != size) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: expected a file of %zu bytes, found %zu",
                    option, path, size, len);
        return false;
    }
    memcpy(data, contents, size);
    return true;
}

bool input_exact(const char *option, const char *text, void *data,
                 size_t size, GError **errp)
{
    struct stat st;

    if (stat(text, &st) == 0) {
        return exact_file(option, text, data, size, errp);
    }
    if (!input_base64(text, data, size)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: no such file, nor is it base64 of %zu bytes",
                    option, text, size);
        return false;
    }
    return true;
}

/* Exactly @size bytes in hexadecimal? */
static bool hex_bytes(const char *text, uint8_t *data, size_t size)
{
    if (strlen(text) != 2 * size ||
        strspn(text, "0123456789abcdefABCDEF") != 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        data[i] = g_ascii_xdigit_value(text[2 * i]) << 4 |
                  g_ascii_xdigit_value(text[2 * i + 1]);
    }
    return true;
}

bool input_snp_digest(const char *option, const char *text,
                      uint8_t digest[SNP_DIGEST_SIZE], GError **errp)
{
    return hex_bytes(text, digest, SNP_DIGEST_SIZE) ||
           input_exact(option, text, digest, SNP_DIGEST_SIZE, errp);
}

bool input_bytes(const char *option, const char *text, void *data,
                 size_t size, GError **errp)
{
    if (*text == '@') {
        return exact_file(option, text + 1, data, size, errp);
    }
    if (hex_bytes(text, data, size) || input_base64(text, data, size)) {
        return true;
    }
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "%s %s: expected %zu bytes as %zu hexadecimal digits, as "
                "base64, or as @ and the name of a file", option, text, size,
                2 * size);
    return false;
}

bool input_base64(const char *text, void *data, size_t size)
{
    gsize len;
    g_autofree guchar *raw = g_base64_decode(text, &len);
    /* GLib skips what is not base64: only the reverse shows it was there */
    g_autofree char *again = g_base64_encode(raw, len);

    if (len != size || strcmp(again, text) != 0) {
        return false;
    }
    memcpy(data, raw, size);
    return true;
}

bool input_number(const char *option, const char *text, uint32_t min,
                  uint32_t max, uint32_t *value, GError **errp)
{
    bool hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
    guint64 wide;

    if (!g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, min,
                                    max, &wide, NULL)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: expected a number from %u to %u, decimal or "
                    "0x and hexadecimal", option, text, min, max);
        return false;
    }
    *value = wide;
    return true;
}

bool output_file(const char *option, const char *path, const void *data,
                 size_t size, GError **errp)
{
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(data, 1, size, file) == size;

    /* What is buffered may fail only here */
    if (file && fclose(file) != 0) {
        ok = false;
    }
    if (!ok) {
        set_errno_error(option, path, errno, errp);
    }
    return ok;
}

bool output_base64(const char *option, const char *name, const char *suffix,
                   const void *data, size_t size, GError **errp)
{
    g_autofree char *path = g_strconcat(name, suffix, NULL);
    g_autofree char *text = g_base64_encode(data, size);

    return output_file(option, path, text, strlen(text), errp);
}
