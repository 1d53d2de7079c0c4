/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives IGVM files the size and the checksum that readers want to see before
 * they go on: no fuzzer would find them.
 */

#ifndef TESTS_FUZZ_IGVM_SEAL_H
#define TESTS_FUZZ_IGVM_SEAL_H

#include <zlib.h>

#include "abi/igvm.h"
#include "fuzz.h"

/* @file of @size bytes, if its headers are within */
static inline void igvm_seal(uint8_t *file, size_t size)
{
    IgvmFixedHeader fixed;
    uint32_t begin, len, sum;
    size_t first;

    if (size < sizeof(fixed)) {
        return;
    }
    memcpy(&fixed, file, sizeof(fixed));
    first = le32_get(fixed.version) == 1 ? IGVM_FIXED_HEADER_SIZE_1
                                         : sizeof(fixed);
    begin = le32_get(fixed.vhdr_offset);
    len = le32_get(fixed.vhdr_size);
    fixed.file_size = le32_of(size);
    fixed.checksum = le32_of(0);
    if (begin <= size && len <= size - begin) {
        memcpy(file, &fixed, sizeof(fixed));
        sum = crc32(crc32(0, file, first), file + begin, len);
        fixed.checksum = le32_of(sum);
        memcpy(file, &fixed, sizeof(fixed));
    }
}

/* A file as it is, and again sealed */
static inline int igvm_try(const uint8_t *data, size_t size,
                           void (*try)(const uint8_t *data, size_t size))
{
    g_autofree uint8_t *copy = g_memdup2(data, size);

    try(data, size);
    igvm_seal(copy, size);
    try(copy, size);
    return 0;
}

#endif
