/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one variable header; for this folder alone. */

#ifndef IGVM_HEADER_H
#define IGVM_HEADER_H

#include "igvm/igvm.h"

/*
 * @areas, @nr: the parameter areas so far
 * @inserted: which of them are guest memory already
 * @size: bytes of all of them
 */
typedef struct IgvmAreas {
    struct {
        uint32_t index;
        uint64_t size;
        bool inserted;
    } area[IGVM_MAX_AREAS];
    unsigned nr;
    uint64_t size;
} IgvmAreas;

/* What igvm_header_read() came to */
typedef enum IgvmRead {
    IGVM_READ_HEADER,
    IGVM_READ_UNKNOWN,          /* it may be skipped, and is not known */
    IGVM_READ_WRONG,
} IgvmRead;

/* Reads what is at @header->offset, and moves @at behind it. */
IgvmRead igvm_header_read(const IgvmFile *file, uint32_t *at,
                          IgvmHeader *header, IgvmError *error);

/* Is it right? @areas goes on with each header of the file. */
bool igvm_header_check(const IgvmFile *file, const IgvmHeader *header,
                       IgvmAreas *areas, IgvmError *error);

/* Sets @error; always false. */
bool igvm_wrong(IgvmError *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool igvm_header_wrong(const IgvmHeader *header, IgvmError *error,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
