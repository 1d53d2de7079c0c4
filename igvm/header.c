/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads variable headers, by a table of what each type has to be like. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "igvm/header.h"

#define ALL_PLATFORMS (~0u)
#define NO_MASK       SIZE_MAX

/* What a type's body is checked with, and what it is checked for */
typedef struct Check {
    const IgvmFile *file;
    const IgvmHeader *header;
    IgvmAreas *areas;
    IgvmError *error;
} Check;

/*
 * @size: of the body
 * @mask: offset of the compatibility mask in it, or NO_MASK
 * @check: true if it is right, NULL if anything is
 */
typedef struct Row {
    uint32_t type;
    const char *name;
    size_t size;
    size_t mask;
    bool (*check)(const Check *check);
} Row;

bool igvm_header_wrong(const IgvmHeader *header, IgvmError *error,
                       const char *format, ...)
{
    size_t size = sizeof(error->text);
    va_list args;
    int len;

    /* Names are short: there is room behind it. */
    len = snprintf(error->text, size, "header at 0x%x (%s): ",
                   header->offset, header->name);
    va_start(args, format);
    vsnprintf(error->text + len, size - len, format, args);
    va_end(args);
    return false;
}

#define WRONG(check, ...) \
    igvm_header_wrong((check)->header, (check)->error, __VA_ARGS__)

/* --- parts of a body */

static bool check_zero(const Check *check, uint64_t reserved)
{
    return !reserved || WRONG(check, "a reserved field is not zero");
}

static bool check_gpa(const Check *check, uint64_t gpa, uint64_t size)
{
    if (gpa % IGVM_PAGE_SIZE || size % IGVM_PAGE_SIZE) {
        return WRONG(check, "0x%llx bytes at 0x%llx are not whole pages",
                     (unsigned long long)size, (unsigned long long)gpa);
    }
    return size <= UINT64_MAX - gpa ||
           WRONG(check, "it goes beyond the end of memory");
}

/* Content is behind the headers; 0 is none. */
static bool check_content(const Check *check, uint32_t offset, uint64_t size)
{
    const IgvmFile *file = check->file;

    return !offset ||
           (offset >= file->end && offset <= file->size &&
            size <= file->size - offset) ||
           WRONG(check, "its 0x%llx bytes at 0x%x are not in the file's data",
                 (unsigned long long)size, offset);
}

static int find_area(const IgvmAreas *areas, uint32_t index)
{
    for (unsigned i = 0; i < areas->nr; i++) {
        if (areas->area[i].index == index) {
            return i;
        }
    }
    return -1;
}

/* The area that a header names, before it has become the guest's; or -1 */
static int use_area(const Check *check, uint32_t index)
{
    int i = find_area(check->areas, index);

    if (i < 0) {
        WRONG(check, "there is no parameter area %u before it", index);
    } else if (check->areas->area[i].inserted) {
        WRONG(check, "parameter area %u was inserted before it", index);
        i = -1;
    }
    return i;
}

/* --- bodies */

static bool check_platform(const Check *check)
{
    const IgvmPlatform *platform = check->header->platform;

    if (platform->type > IGVM_PLATFORM_CCA) {
        return WRONG(check, "expected a platform up to %u, found %u",
                     IGVM_PLATFORM_CCA, platform->type);
    }
    return le16_get(platform->version) == IGVM_PLATFORM_VERSION ||
           WRONG(check, "expected version %u of the platform, found %u",
                 IGVM_PLATFORM_VERSION, le16_get(platform->version));
}

static bool check_policy(const Check *check)
{
    return check_zero(check, le32_get(check->header->policy->reserved));
}

static bool check_relocatable(const Check *check)
{
    const IgvmRelocatable *region = check->header->relocatable;

    return check_gpa(check, le64_get(region->gpa), le64_get(region->size));
}

static bool check_page_tables(const Check *check)
{
    const IgvmPageTableRelocation *region = check->header->page_tables;

    return check_zero(check, region->reserved) &&
           check_gpa(check, le64_get(region->gpa), le64_get(region->size)) &&
           (le64_get(region->used_size) <= le64_get(region->size) ||
            WRONG(check, "more of it is used than it has"));
}

static bool check_area(const Check *check)
{
    const IgvmParameterArea *area = check->header->area;
    uint64_t size = le64_get(area->size);
    uint32_t index = le32_get(area->index);
    IgvmAreas *areas = check->areas;

    if (!size || size > IGVM_MAX_AREA_SIZE - areas->size) {
        return WRONG(check, "expected 1 byte to 0x%x in all parameter areas, "
                     "found 0x%llx here and 0x%llx before", IGVM_MAX_AREA_SIZE,
                     (unsigned long long)size,
                     (unsigned long long)areas->size);
    }
    if (!check_gpa(check, 0, size) ||
        !check_content(check, le32_get(area->file_offset), size)) {
        return false;
    }
    if (find_area(areas, index) >= 0) {
        return WRONG(check, "there is a parameter area %u already", index);
    }
    if (areas->nr == IGVM_MAX_AREAS) {
        return WRONG(check, "it has more than %u parameter areas",
                     IGVM_MAX_AREAS);
    }
    areas->area[areas->nr].index = index;
    areas->area[areas->nr].size = size;
    areas->nr++;
    areas->size += size;
    return true;
}

static bool check_page(const Check *check)
{
    const IgvmPageData *page = check->header->page;
    uint32_t flags = le32_get(page->flags);
    size_t size = check->header->size;

    return check_zero(check, le16_get(page->reserved) |
                             (flags & ~IGVM_PAGE_FLAGS)) &&
           (le16_get(page->data_type) <= IGVM_PAGE_TYPE_CPUID_XF ||
            WRONG(check, "expected a page type up to %u, found %u",
                  IGVM_PAGE_TYPE_CPUID_XF, le16_get(page->data_type))) &&
           check_gpa(check, le64_get(page->gpa), size) &&
           (le64_get(page->gpa) % size == 0 ||
            WRONG(check, "2 MiB are not aligned")) &&
           check_content(check, le32_get(page->file_offset), size);
}

static bool check_insert(const Check *check)
{
    const IgvmParameterInsert *insert = check->header->insert;
    int i = use_area(check, le32_get(insert->index));

    if (i < 0) {
        return false;
    }
    check->areas->area[i].inserted = true;
    return check_gpa(check, le64_get(insert->gpa), check->areas->area[i].size);
}

static bool check_parameter(const Check *check)
{
    const IgvmParameter *parameter = check->header->parameter;
    int i = use_area(check, le32_get(parameter->index));

    return i >= 0 &&
           (le32_get(parameter->offset) < check->areas->area[i].size ||
            WRONG(check, "it is written to 0x%x of a parameter area of 0x%llx "
                  "bytes", le32_get(parameter->offset),
                  (unsigned long long)check->areas->area[i].size));
}

static bool check_context(const Check *check)
{
    const IgvmVpContext *context = check->header->context;

    return check_zero(check, le16_get(context->reserved)) &&
           check_gpa(check, le64_get(context->gpa), 0) &&
           check_content(check, le32_get(context->file_offset),
                         check->header->size);
}

static bool check_memory(const Check *check)
{
    const IgvmRequiredMemory *memory = check->header->memory;

    return check_zero(check, le32_get(memory->reserved) |
                             (le32_get(memory->flags) & ~1u)) &&
           check_gpa(check, le64_get(memory->gpa), le32_get(memory->size));
}

static bool check_id_block(const Check *check)
{
    const IgvmSnpIdBlock *block = check->header->id_block;

    return check_zero(check, block->reserved[0] | block->reserved[1] |
                             block->reserved[2] |
                             le32_get(block->id_public_key.reserved) |
                             le32_get(block->author_public_key.reserved)) &&
           (block->author_key_enabled <= 1 ||
            WRONG(check, "author_key_enabled: expected 0 or 1, found %u",
                  block->author_key_enabled));
}

static bool check_corim(const Check *check)
{
    const IgvmCorim *corim = check->header->body;

    return check_zero(check, le32_get(corim->reserved)) &&
           check_content(check, le32_get(corim->file_offset),
                         le32_get(corim->size));
}

#define ROW(type, name, body, check) \
    { (type), (name), sizeof(body), offsetof(body, mask), (check) }
#define ROW_OF_ALL(type, name, body, check) \
    { (type), (name), sizeof(body), NO_MASK, (check) }
#define PARAMETER(type, name) \
    ROW_OF_ALL(type, name, IgvmParameter, check_parameter)

static const Row rows[] = {
    ROW(IGVM_VHT_SUPPORTED_PLATFORM, "supported platform", IgvmPlatform,
        check_platform),
    ROW(IGVM_VHT_GUEST_POLICY, "guest policy", IgvmPolicy, check_policy),
    ROW(IGVM_VHT_RELOCATABLE_REGION, "relocatable region", IgvmRelocatable,
        check_relocatable),
    ROW(IGVM_VHT_PAGE_TABLE_RELOCATION, "page table relocation",
        IgvmPageTableRelocation, check_page_tables),
    ROW(IGVM_VHT_CORIM_DOCUMENT, "CoRIM document", IgvmCorim, check_corim),
    ROW(IGVM_VHT_CORIM_SIGNATURE, "CoRIM signature", IgvmCorim, check_corim),
    ROW_OF_ALL(IGVM_VHT_PARAMETER_AREA, "parameter area", IgvmParameterArea,
               check_area),
    ROW(IGVM_VHT_PAGE_DATA, "page data", IgvmPageData, check_page),
    ROW(IGVM_VHT_PARAMETER_INSERT, "parameter insert", IgvmParameterInsert,
        check_insert),
    ROW(IGVM_VHT_VP_CONTEXT, "VP context", IgvmVpContext, check_context),
    ROW(IGVM_VHT_REQUIRED_MEMORY, "required memory", IgvmRequiredMemory,
        check_memory),
    PARAMETER(IGVM_VHT_VP_COUNT, "VP count"),
    PARAMETER(IGVM_VHT_SRAT, "SRAT"),
    PARAMETER(IGVM_VHT_MADT, "MADT"),
    PARAMETER(IGVM_VHT_MMIO_RANGES, "MMIO ranges"),
    ROW(IGVM_VHT_SNP_ID_BLOCK, "SNP ID block", IgvmSnpIdBlock,
        check_id_block),
    PARAMETER(IGVM_VHT_MEMORY_MAP, "memory map"),
    ROW(IGVM_VHT_ERROR_RANGE, "error range", IgvmErrorRange, NULL),
    PARAMETER(IGVM_VHT_COMMAND_LINE, "command line"),
    PARAMETER(IGVM_VHT_SLIT, "SLIT"),
    PARAMETER(IGVM_VHT_PPTT, "PPTT"),
    ROW(IGVM_VHT_VBS_MEASUREMENT, "VBS measurement", IgvmVbsMeasurement,
        NULL),
    PARAMETER(IGVM_VHT_DEVICE_TREE, "device tree"),
    PARAMETER(IGVM_VHT_ENVIRONMENT_INFO, "environment info"),
};

static const Row *find_row(uint32_t type)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].type == type) {
            return &rows[i];
        }
    }
    return NULL;
}

/* A save area, or the registers of a guest that has none; 0: of others */
static size_t context_size(const IgvmFile *file, uint32_t mask)
{
    if (mask & (igvm_platform_mask(file, IGVM_PLATFORM_SEV_SNP) |
                igvm_platform_mask(file, IGVM_PLATFORM_SEV_ES))) {
        return IGVM_PAGE_SIZE;
    }
    return mask & igvm_platform_mask(file, IGVM_PLATFORM_NATIVE)
           ? sizeof(IgvmNativeContext) : 0;
}

/* What the body points to */
static void find_content(const IgvmFile *file, IgvmHeader *header)
{
    uint32_t offset = 0;

    switch (header->type) {
    case IGVM_VHT_PAGE_DATA:
        offset = le32_get(header->page->file_offset);
        header->size = le32_get(header->page->flags) & IGVM_PAGE_2M
                       ? IGVM_LARGE_SIZE : IGVM_PAGE_SIZE;
        break;
    case IGVM_VHT_PARAMETER_AREA:
        offset = le32_get(header->area->file_offset);
        header->size = le64_get(header->area->size);
        break;
    case IGVM_VHT_VP_CONTEXT:
        offset = le32_get(header->context->file_offset);
        header->size = context_size(file, header->mask);
        break;
    }
    if (offset && header->size && offset <= file->size &&
        header->size <= file->size - offset) {
        header->content = file->data + offset;
    }
}

static void find_body(const IgvmFile *file, const Row *row,
                      IgvmHeader *header)
{
    const uint8_t *body = file->data + header->offset + sizeof(IgvmVhdr);
    le32 mask;

    header->name = row->name;
    header->body = body;
    if (row->mask != NO_MASK) {
        memcpy(&mask, body + row->mask, sizeof(mask));
        header->mask = le32_get(mask);
    }
    find_content(file, header);
}

IgvmRead igvm_header_read(const IgvmFile *file, uint32_t *at,
                          IgvmHeader *header, IgvmError *error)
{
    uint32_t left = file->end - *at, len;
    const Row *row;
    IgvmVhdr vhdr;

    *header = (IgvmHeader) { .offset = *at, .name = "?",
                             .mask = ALL_PLATFORMS };
    /* Headers end at a multiple of the alignment: one more is there. */
    memcpy(&vhdr, file->data + *at, sizeof(vhdr));
    header->type = le32_get(vhdr.type) & ~IGVM_VHT_OPTIONAL;
    len = le32_get(vhdr.len);
    if (len > left - sizeof(vhdr)) {
        igvm_header_wrong(header, error, "the file's headers end within it");
        return IGVM_READ_WRONG;
    }
    /* The end of all is a multiple of the alignment, so this is within. */
    *at += sizeof(vhdr) + len + -len % IGVM_VHDR_ALIGN;
    row = find_row(header->type);
    if (!row) {
        igvm_header_wrong(header, error, "type 0x%x is not known",
                          header->type);
        return le32_get(vhdr.type) & IGVM_VHT_OPTIONAL ? IGVM_READ_UNKNOWN
                                                       : IGVM_READ_WRONG;
    }
    if (len != row->size) {
        header->name = row->name;
        igvm_header_wrong(header, error, "expected %zu bytes, found %u",
                          row->size, len);
        return IGVM_READ_WRONG;
    }
    find_body(file, row, header);
    return IGVM_READ_HEADER;
}

bool igvm_header_check(const IgvmFile *file, const IgvmHeader *header,
                       IgvmAreas *areas, IgvmError *error)
{
    const Row *row = find_row(header->type);
    Check check = { file, header, areas, error };

    return !row->check || row->check(&check);
}
