/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens IGVM files and walks through their headers. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "igvm/header.h"

bool igvm_wrong(IgvmError *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
    return false;
}

static bool check_version(IgvmFile *file, const IgvmFixedHeader *fixed,
                          IgvmError *error)
{
    file->version = le32_get(fixed->version);
    if (file->version != 1 && file->version != 2) {
        return igvm_wrong(error, "expected version 1 or 2 of the format, "
                          "found %u", file->version);
    }
    if (file->version == 1) {
        file->arch = IGVM_ARCH_X64;
        return true;
    }
    if (file->size < sizeof(*fixed)) {
        return igvm_wrong(error, "it ends within the fixed header");
    }
    file->arch = le32_get(fixed->arch);
    if (le32_get(fixed->page_size) != IGVM_PAGE_SIZE) {
        return igvm_wrong(error, "expected pages of %u bytes, found %u",
                          IGVM_PAGE_SIZE, le32_get(fixed->page_size));
    }
    return true;
}

static size_t fixed_size(const IgvmFile *file)
{
    return file->version == 1 ? IGVM_FIXED_HEADER_SIZE_1
                              : sizeof(IgvmFixedHeader);
}

static bool check_places(IgvmFile *file, const IgvmFixedHeader *fixed,
                         IgvmError *error)
{
    uint32_t begin = le32_get(fixed->vhdr_offset);
    uint32_t size = le32_get(fixed->vhdr_size);

    if (le32_get(fixed->file_size) != file->size) {
        return igvm_wrong(error, "expected %u bytes as it says, found %zu",
                          le32_get(fixed->file_size), file->size);
    }
    if (begin < fixed_size(file) || begin > file->size ||
        size > file->size - begin || size % IGVM_VHDR_ALIGN) {
        return igvm_wrong(error, "its %u bytes of variable headers at 0x%x "
                          "are not whole headers in the file", size, begin);
    }
    file->begin = begin;
    file->end = begin + size;
    return true;
}

static bool check_sum(const IgvmFile *file, IgvmFixedHeader fixed,
                      IgvmError *error)
{
    uint32_t told = le32_get(fixed.checksum), sum;

    fixed.checksum = le32_of(0);
    sum = crc32(0, (const void *)&fixed, fixed_size(file));
    sum = crc32(sum, file->data + file->begin, file->end - file->begin);
    return told == sum ||
           igvm_wrong(error, "expected headers with the checksum 0x%08x, "
                      "found 0x%08x", told, sum);
}

/* Version 1 has no more than the first fields, the rest is zero then. */
static bool read_fixed(IgvmFile *file, IgvmError *error)
{
    IgvmFixedHeader fixed = { .magic = le32_of(0) };

    if (file->size < IGVM_FIXED_HEADER_SIZE_1) {
        return igvm_wrong(error, "no IGVM file: it has %zu bytes",
                          file->size);
    }
    memcpy(&fixed, file->data, file->size < sizeof(fixed) ? file->size
                                                          : sizeof(fixed));
    return (le32_get(fixed.magic) == IGVM_MAGIC ||
            igvm_wrong(error, "no IGVM file: it does not begin with "
                       "\"IGVM\"")) &&
           check_version(file, &fixed, error) &&
           check_places(file, &fixed, error) && check_sum(file, fixed, error);
}

/* Platforms, initialization and directives follow one another. */
static unsigned section_of(uint32_t type)
{
    return type <= IGVM_VHT_LAST_PLATFORM ? 0
           : type <= IGVM_VHT_LAST_INITIALIZATION ? 1 : 2;
}

/* Exactly one bit, of no other platform, as is the type */
static bool add_platform(IgvmFile *file, const IgvmHeader *header,
                         IgvmError *error)
{
    unsigned bit = header->mask ? __builtin_ctz(header->mask) : 0;
    unsigned type = header->platform->type;

    if (header->mask != 1u << bit || file->platforms[bit] >= 0) {
        return igvm_header_wrong(header, error, "mask 0x%x: expected one bit, "
                                 "that no other platform has", header->mask);
    }
    if (igvm_platform_mask(file, type)) {
        return igvm_header_wrong(header, error, "platform %u is there twice",
                                 type);
    }
    file->platforms[bit] = type;
    return true;
}

/* What can be told of each header only after those before it */
static bool check_headers(IgvmFile *file, IgvmError *error)
{
    IgvmAreas areas = { .nr = 0 };
    unsigned section = 0;
    IgvmHeader header;

    for (uint32_t at = file->begin; at < file->end; ) {
        IgvmRead read = igvm_header_read(file, &at, &header, error);

        if (read == IGVM_READ_UNKNOWN) {
            continue;
        }
        if (read == IGVM_READ_WRONG) {
            return false;
        }
        if (section_of(header.type) < section) {
            return igvm_header_wrong(&header, error, "is behind headers that "
                                     "must come after it");
        }
        section = section_of(header.type);
        if (!igvm_header_check(file, &header, &areas, error) ||
            (header.type == IGVM_VHT_SUPPORTED_PLATFORM &&
             !add_platform(file, &header, error))) {
            return false;
        }
    }
    return true;
}

bool igvm_open(IgvmFile *file, const void *data, size_t size,
               IgvmError *error)
{
    *file = (IgvmFile) { .data = data, .size = size };
    memset(file->platforms, -1, sizeof(file->platforms));
    return read_fixed(file, error) && check_headers(file, error);
}

uint32_t igvm_platform_mask(const IgvmFile *file, unsigned type)
{
    uint32_t mask = 0;

    for (unsigned bit = 0; bit < 32; bit++) {
        if (file->platforms[bit] >= 0 &&
            (unsigned)file->platforms[bit] == type) {
            mask |= 1u << bit;
        }
    }
    return mask;
}

IgvmCursor igvm_headers(const IgvmFile *file, unsigned type)
{
    return (IgvmCursor) {
        .file = file,
        .mask = igvm_platform_mask(file, type),
        .at = file->begin,
    };
}

bool igvm_next(IgvmCursor *cursor, IgvmHeader *header)
{
    IgvmError error;

    while (cursor->at < cursor->file->end) {
        IgvmRead read = igvm_header_read(cursor->file, &cursor->at, header,
                                         &error);

        if (read == IGVM_READ_WRONG) {
            break;      /* not of a file that was opened */
        }
        if (read == IGVM_READ_HEADER && header->mask & cursor->mask) {
            return true;
        }
    }
    return false;
}

uint64_t igvm_area_size(const IgvmFile *file, uint32_t index)
{
    IgvmCursor cursor = { .file = file, .mask = ~0u, .at = file->begin };
    IgvmHeader header;

    while (igvm_next(&cursor, &header)) {
        if (header.type == IGVM_VHT_PARAMETER_AREA &&
            le32_get(header.area->index) == index) {
            return header.size;
        }
    }
    return 0;
}
