/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * igvm/: a file as it is, and again with the size and the checksum that its
 * fixed header needs to go on. Input: the file.
 */

#include "fuzz.h"
#include "igvm-seal.h"
#include "igvm/igvm.h"

static void check_header(const IgvmFile *file, const IgvmHeader *header)
{
    uint8_t sum = 0;

    g_assert_cmpuint(header->offset, >=, file->begin);
    g_assert_cmpuint(header->offset, <, file->end);
    g_assert_cmpstr(header->name, !=, "?");
    if (header->content) {
        g_assert_cmpuint(header->size, >, 0);
        g_assert_true(header->content >= file->data + file->end);
        g_assert_cmpuint(header->content - file->data + header->size, <=,
                         file->size);
    }
    if (header->type == IGVM_VHT_PAGE_DATA) {
        g_assert_cmpuint(le64_get(header->page->gpa) % header->size, ==, 0);
    }
    for (size_t i = 0; header->content && i < header->size; i++) {
        sum += header->content[i];
    }
    g_assert_cmpuint(sum, <=, 0xff);
}

static void try(const uint8_t *data, size_t size)
{
    IgvmError error = { "" };
    IgvmHeader header;
    IgvmFile file;

    if (!igvm_open(&file, data, size, &error)) {
        g_assert_cmpstr(error.text, !=, "");
        return;
    }
    for (unsigned type = 0; type <= IGVM_PLATFORM_CCA; type++) {
        IgvmCursor cursor = igvm_headers(&file, type);
        unsigned nr = 0;

        while (igvm_next(&cursor, &header)) {
            check_header(&file, &header);
            nr++;
        }
        g_assert_true(!igvm_platform_mask(&file, type) || nr);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return igvm_try(data, size, try);
}
