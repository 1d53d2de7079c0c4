/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells kernels from other files by their headers. */

#include <stdint.h>
#include <string.h>
#include "guest-owner/measure/kernel-image.h"
#include "guest-owner/base/owner.h"

/* Linux' Documentation/arch/x86/boot.rst; PE's header is where 0x3c says */
#define SETUP_SECTORS    0x1f1
#define SETUP_MAGIC      0x202
#define SECTOR           512
#define PE_OFFSET        0x3c
#define MULTIBOOT_SEARCH 8192

static bool has(const uint8_t *data, gsize len, gsize at, const char *magic)
{
    gsize size = strlen(magic);

    return at <= len && size <= len - at && memcmp(data + at, magic, size) == 0;
}

/* The setup sectors are the boot sector and so many more; 0 means 4. */
static bool is_bzimage(const uint8_t *data, gsize len)
{
    gsize sectors;

    if (!has(data, len, SETUP_MAGIC, "HdrS")) {
        return false;
    }
    sectors = 1 + (data[SETUP_SECTORS] ? data[SETUP_SECTORS] : 4);
    return len > sectors * SECTOR;
}

static bool is_efi(const uint8_t *data, gsize len)
{
    uint32_t at;

    if (!has(data, len, 0, "MZ") || len < PE_OFFSET + sizeof(at)) {
        return false;
    }
    memcpy(&at, data + PE_OFFSET, sizeof(at));
    at = GUINT32_FROM_LE(at);
    /* "PE", then two zeroes */
    return has(data, len, at, "PE") && len - at >= 4 && !data[at + 2] &&
           !data[at + 3];
}

static bool is_multiboot(const uint8_t *data, gsize len)
{
    for (gsize at = 0; at + 4 <= MIN(len, MULTIBOOT_SEARCH); at += 4) {
        if (has(data, len, at, "\x02\xb0\xad\x1b")) {
            return true;
        }
    }
    return false;
}

static const char *what_it_is(const uint8_t *data, gsize len)
{
    if (!len) {
        return "an empty file";
    }
    if (has(data, len, 0, "\x7f" "ELF")) {
        return "an ELF image, which QEMU does not hash";
    }
    if (has(data, len, SETUP_MAGIC, "HdrS")) {
        return "a bzImage that is cut off";
    }
    if (is_multiboot(data, len)) {
        return "a multiboot image, which QEMU does not hash";
    }
    return "neither";
}

bool kernel_image_check(GBytes *kernel, const char *path, GError **errp)
{
    gsize len;
    const uint8_t *data = g_bytes_get_data(kernel, &len);

    if (is_bzimage(data, len) || is_efi(data, len)) {
        return true;
    }
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "--kernel %s: expected a bzImage or an EFI program, found %s",
                path, what_it_is(data, len));
    return false;
}
