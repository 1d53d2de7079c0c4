/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads IGVM files: what a guest's memory and first registers are (abi/igvm.h
 * has the format). Nothing of what is done with it is here.
 *
 *   IgvmFile file;
 *   IgvmError error;
 *   IgvmHeader header;
 *
 *   if (!igvm_open(&file, data, size, &error)) { ... error.text ... }
 *   for (IgvmCursor at = igvm_headers(&file, IGVM_PLATFORM_SEV_SNP);
 *        igvm_next(&at, &header); ) { ... header.type ... }
 *
 * A file that was opened is right in all that this library knows: lengths,
 * reserved bits, alignment, order, what points into the file, parameter areas.
 * What it means for a machine (is there memory?) the caller has to see to.
 *
 * Nothing is allocated or copied: the file's bytes must stay until the last
 * header was used.
 */

#ifndef IGVM_H
#define IGVM_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/igvm.h"

/* So many parameter areas a file may have */
#define IGVM_MAX_AREAS 64
/* Bytes in all of them; more than a loader should have to allocate */
#define IGVM_MAX_AREA_SIZE (64 * 1024 * 1024)

/* One line without its end: where in the file, and what was expected there */
typedef struct IgvmError {
    char text[192];
} IgvmError;

/*
 * @data, @size: its bytes
 * @version, @arch: of the fixed header; IGVM_ARCH_X64 in version 1
 * @begin, @end: offsets of the variable headers
 * @platforms: IGVM_PLATFORM_* of each bit of a compatibility mask, -1: none
 */
typedef struct IgvmFile {
    const uint8_t *data;
    size_t size;
    uint32_t version;
    uint32_t arch;
    uint32_t begin;
    uint32_t end;
    int8_t platforms[32];
} IgvmFile;

/*
 * A variable header.
 *
 * @offset: in the file
 * @type: IGVM_VHT_*, without IGVM_VHT_OPTIONAL
 * @name: of the type, for people
 * @mask: platforms that it is for; of what has none, all
 * @body: what abi/igvm.h tells of the type, not aligned
 * @content, @size: what it points to in the file: the page's, the area's, or
 *   the registers' bytes; NULL where the file has none, which means zeros
 */
typedef struct IgvmHeader {
    uint32_t offset;
    uint32_t type;
    const char *name;
    uint32_t mask;
    union {
        const void *body;
        const IgvmPlatform *platform;
        const IgvmPolicy *policy;
        const IgvmRelocatable *relocatable;
        const IgvmPageTableRelocation *page_tables;
        const IgvmParameterArea *area;
        const IgvmPageData *page;
        const IgvmParameterInsert *insert;
        const IgvmParameter *parameter;
        const IgvmVpContext *context;
        const IgvmRequiredMemory *memory;
        const IgvmErrorRange *error_range;
        const IgvmSnpIdBlock *id_block;
    };
    const uint8_t *content;
    size_t size;
} IgvmHeader;

typedef struct IgvmCursor {
    const IgvmFile *file;
    uint32_t mask;
    uint32_t at;
} IgvmCursor;

/* Reads @size bytes of a file. False: @error tells what is wrong with it. */
bool igvm_open(IgvmFile *file, const void *data, size_t size,
               IgvmError *error);

/* The bits that masks have for platforms of @type; 0: not for such ones */
uint32_t igvm_platform_mask(const IgvmFile *file, unsigned type);

/* Bytes of the parameter area @index; 0: there is none */
uint64_t igvm_area_size(const IgvmFile *file, uint32_t index);

/* The headers for platforms of @type, in the file's order */
IgvmCursor igvm_headers(const IgvmFile *file, unsigned type);

/* The next of them; false after the last */
bool igvm_next(IgvmCursor *cursor, IgvmHeader *header);

#endif
