/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/measure/firmware.c: the table of a firmware image. Input: the
 * end of the image, before the 32 bytes that follow the table.
 */

#include "fuzz.h"
#include "guest-owner/measure/firmware.h"

#define IMAGE_SIZE (2 * FIRMWARE_GRANULE)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t image[IMAGE_SIZE];
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    FirmwareInfo info;

    memset(image, 0, sizeof(image));
    size = MIN(size, IMAGE_SIZE - OVMF_TABLE_END_OFFSET);
    memcpy(image + IMAGE_SIZE - OVMF_TABLE_END_OFFSET - size, data, size);
    bytes = g_bytes_new(image, sizeof(image));
    if (!firmware_parse(bytes, "input", &info, &error)) {
        g_assert_nonnull(error);
    }
    return 0;
}
