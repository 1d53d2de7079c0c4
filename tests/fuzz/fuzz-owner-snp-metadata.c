/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/measure/snp-metadata.c: firmware's SEV metadata. Input: where
 * they are, before the end of an image of two pages, 2 bytes; then the image's
 * content from there on.
 */

#include "fuzz.h"
#include "guest-owner/measure/snp-metadata.h"

#define IMAGE_SIZE (2 * FIRMWARE_GRANULE)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t image[IMAGE_SIZE];
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    FuzzInput in = { data, size };
    FirmwareInfo info = { .has_snp_metadata = true };
    SnpMetadata metadata;
    uint64_t total = 0;
    uint16_t offset;

    fuzz_take(&in, &offset, sizeof(offset));
    info.snp_metadata_offset = offset;
    if (offset <= IMAGE_SIZE) {
        fuzz_take(&in, image + IMAGE_SIZE - offset, offset);
    }
    bytes = g_bytes_new(image, sizeof(image));
    if (!snp_metadata_read(bytes, &info, "input", &metadata, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    for (size_t i = 0; i < metadata.nr; i++) {
        g_assert_cmpuint(metadata.sections[i].size % 4096, ==, 0);
        total += metadata.sections[i].size;
    }
    g_assert_cmpuint(total, <=, 0x100000000ull);
    snp_metadata_clear(&metadata);
    return 0;
}
