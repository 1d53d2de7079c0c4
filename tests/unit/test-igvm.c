/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * igvm/: files that are right, and for each rule of the format one that is
 * not. tests/igvm_file.py makes the files of other tests, by other means.
 */

#include <glib.h>
#include <string.h>
#include <zlib.h>

#include "igvm/igvm.h"

#define PAGE IGVM_PAGE_SIZE
#define SNP_MASK    0x1
#define NATIVE_MASK 0x2

/* A file of version 2 for SEV-SNP and none, which grows */
typedef struct Fixture {
    IgvmFixedHeader fixed;
    GByteArray *headers;
    GByteArray *data;
    GByteArray *file;
} Fixture;

static void add(Fixture *f, uint32_t type, const void *body, size_t size)
{
    static const uint8_t pad[IGVM_VHDR_ALIGN];
    IgvmVhdr vhdr = { .type = le32_of(type), .len = le32_of(size) };

    g_byte_array_append(f->headers, (const uint8_t *)&vhdr, sizeof(vhdr));
    g_byte_array_append(f->headers, body, size);
    g_byte_array_append(f->headers, pad, -size % IGVM_VHDR_ALIGN);
}

#define ADD(f, type, ...) add(f, type, &__VA_ARGS__, sizeof(__VA_ARGS__))

static void add_platform(Fixture *f, unsigned type, uint32_t mask)
{
    IgvmPlatform platform = {
        .mask = le32_of(mask),
        .type = type,
        .version = le16_of(IGVM_PLATFORM_VERSION),
    };

    ADD(f, IGVM_VHT_SUPPORTED_PLATFORM, platform);
}

static void setup(Fixture *f, gconstpointer unused)
{
    *f = (Fixture) {
        .fixed = {
            .magic = le32_of(IGVM_MAGIC),
            .version = le32_of(2),
            .vhdr_offset = le32_of(sizeof(IgvmFixedHeader)),
            .arch = le32_of(IGVM_ARCH_X64),
            .page_size = le32_of(PAGE),
        },
        .headers = g_byte_array_new(),
        .data = g_byte_array_new(),
        .file = g_byte_array_new(),
    };
    add_platform(f, IGVM_PLATFORM_SEV_SNP, SNP_MASK);
    add_platform(f, IGVM_PLATFORM_NATIVE, NATIVE_MASK);
}

static void teardown(Fixture *f, gconstpointer unused)
{
    g_byte_array_unref(f->headers);
    g_byte_array_unref(f->data);
    g_byte_array_unref(f->file);
}

static IgvmFixedHeader *fixed_of(Fixture *f)
{
    return (IgvmFixedHeader *)f->file->data;
}

/* What a checksum is right for */
static void seal(Fixture *f)
{
    IgvmFixedHeader *fixed = fixed_of(f);
    size_t size = le32_get(fixed->version) == 1 ? IGVM_FIXED_HEADER_SIZE_1
                                                : sizeof(*fixed);
    uint32_t sum;

    fixed->checksum = le32_of(0);
    sum = crc32(0, f->file->data, size);
    sum = crc32(sum, f->file->data + le32_get(fixed->vhdr_offset),
                le32_get(fixed->vhdr_size));
    fixed->checksum = le32_of(sum);
}

static void finish(Fixture *f)
{
    size_t size = le32_get(f->fixed.version) == 1 ? IGVM_FIXED_HEADER_SIZE_1
                                                  : sizeof(f->fixed);

    f->fixed.vhdr_offset = le32_of(size);
    f->fixed.vhdr_size = le32_of(f->headers->len);
    f->fixed.file_size = le32_of(size + f->headers->len + f->data->len);
    g_byte_array_set_size(f->file, 0);
    g_byte_array_append(f->file, (const uint8_t *)&f->fixed, size);
    g_byte_array_append(f->file, f->headers->data, f->headers->len);
    g_byte_array_append(f->file, f->data->data, f->data->len);
    seal(f);
}

/* In memory of its own size, so that a sanitizer sees what reads on */
static bool try_open(Fixture *f, IgvmFile *file, IgvmError *error)
{
    g_autofree uint8_t *copy = g_memdup2(f->file->data, f->file->len);

    if (!igvm_open(file, copy, f->file->len, error)) {
        return false;
    }
    return igvm_open(file, f->file->data, f->file->len, error);
}

static void must_open(Fixture *f, IgvmFile *file)
{
    IgvmError error = { "" };

    if (!try_open(f, file, &error)) {
        g_error("%s", error.text);
    }
}

static void must_fail(Fixture *f, const char *text)
{
    IgvmFile file;
    IgvmError error = { "" };

    g_assert_false(try_open(f, &file, &error));
    if (!strstr(error.text, text)) {
        g_error("expected \"%s\", found \"%s\"", text, error.text);
    }
}

/* Offset of the data in a file whose headers are all there */
static uint32_t data_offset(const Fixture *f)
{
    return sizeof(f->fixed) + f->headers->len;
}

/* --- files that are right */

static void test_platforms(Fixture *f, gconstpointer unused)
{
    IgvmFile file;

    finish(f);
    must_open(f, &file);
    g_assert_cmpuint(file.version, ==, 2);
    g_assert_cmpuint(file.arch, ==, IGVM_ARCH_X64);
    g_assert_cmpuint(igvm_platform_mask(&file, IGVM_PLATFORM_SEV_SNP), ==,
                     SNP_MASK);
    g_assert_cmpuint(igvm_platform_mask(&file, IGVM_PLATFORM_NATIVE), ==,
                     NATIVE_MASK);
    g_assert_cmpuint(igvm_platform_mask(&file, IGVM_PLATFORM_TDX), ==, 0);
}

static void test_version_1(Fixture *f, gconstpointer unused)
{
    IgvmFile file;

    f->fixed.version = le32_of(1);
    finish(f);
    must_open(f, &file);
    g_assert_cmpuint(file.version, ==, 1);
    g_assert_cmpuint(igvm_platform_mask(&file, IGVM_PLATFORM_SEV_SNP), ==,
                     SNP_MASK);
}

static IgvmPageData page_data(uint64_t gpa, uint32_t mask, uint32_t offset)
{
    return (IgvmPageData) {
        .gpa = le64_of(gpa),
        .mask = le32_of(mask),
        .file_offset = le32_of(offset),
    };
}

/* Two platforms, each with its pages; one that is both's; one of zeros */
static void add_pages(Fixture *f)
{
    size_t size = sizeof(IgvmVhdr) + sizeof(IgvmPageData);
    uint32_t data = data_offset(f) + 4 * size;
    IgvmPageData pages[] = {
        page_data(0x1000, SNP_MASK, data),
        page_data(0x2000, NATIVE_MASK, data + PAGE),
        /* bits of platforms that are not declared have no meaning */
        page_data(0x3000, SNP_MASK | NATIVE_MASK | 0x14, data + 2 * PAGE),
        page_data(0x4000, SNP_MASK, 0),
    };

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        ADD(f, IGVM_VHT_PAGE_DATA, pages[i]);
    }
    g_byte_array_set_size(f->data, 3 * PAGE);
    for (unsigned i = 0; i < 3; i++) {
        memset(f->data->data + i * PAGE, i + 1, PAGE);
    }
}

static void check_page(IgvmCursor *cursor, uint64_t gpa, int byte)
{
    IgvmHeader header;

    g_assert_true(igvm_next(cursor, &header));
    g_assert_cmpuint(header.type, ==, IGVM_VHT_PAGE_DATA);
    g_assert_cmpstr(header.name, ==, "page data");
    g_assert_cmpuint(le64_get(header.page->gpa), ==, gpa);
    g_assert_cmpuint(header.size, ==, PAGE);
    if (byte) {
        g_assert_cmpuint(header.content[0], ==, byte);
        g_assert_cmpuint(header.content[PAGE - 1], ==, byte);
    } else {
        g_assert_null(header.content);
    }
}

static IgvmCursor behind_platform(const IgvmFile *file, unsigned type)
{
    IgvmCursor cursor = igvm_headers(file, type);
    IgvmHeader header;

    g_assert_true(igvm_next(&cursor, &header));
    g_assert_cmpuint(header.type, ==, IGVM_VHT_SUPPORTED_PLATFORM);
    g_assert_cmpuint(header.platform->type, ==, type);
    return cursor;
}

static void test_pages(Fixture *f, gconstpointer unused)
{
    IgvmFile file;
    IgvmCursor cursor;
    IgvmHeader header;

    add_pages(f);
    finish(f);
    must_open(f, &file);
    cursor = behind_platform(&file, IGVM_PLATFORM_SEV_SNP);
    check_page(&cursor, 0x1000, 1);
    check_page(&cursor, 0x3000, 3);
    check_page(&cursor, 0x4000, 0);
    g_assert_false(igvm_next(&cursor, &header));
    cursor = behind_platform(&file, IGVM_PLATFORM_NATIVE);
    check_page(&cursor, 0x2000, 2);
    check_page(&cursor, 0x3000, 3);
    g_assert_false(igvm_next(&cursor, &header));
    cursor = igvm_headers(&file, IGVM_PLATFORM_TDX);
    g_assert_false(igvm_next(&cursor, &header));
}

static void add_area(Fixture *f, uint32_t index, uint64_t size)
{
    IgvmParameterArea area = { le64_of(size), le32_of(index), le32_of(0) };

    ADD(f, IGVM_VHT_PARAMETER_AREA, area);
}

static void add_parameter(Fixture *f, uint32_t type, uint32_t index,
                          uint32_t offset)
{
    IgvmParameter parameter = { le32_of(index), le32_of(offset) };

    ADD(f, type, parameter);
}

static void add_insert(Fixture *f, uint32_t index, uint64_t gpa)
{
    IgvmParameterInsert insert = { le64_of(gpa), le32_of(SNP_MASK),
                                   le32_of(index) };

    ADD(f, IGVM_VHT_PARAMETER_INSERT, insert);
}

/* Each type that has a body of its own, with what is not looked at unlike 0 */
static void add_others(Fixture *f)
{
    IgvmPolicy policy = { .mask = le32_of(SNP_MASK) };
    IgvmRelocatable region = { .mask = le32_of(SNP_MASK), .vtl = 2 };
    IgvmPageTableRelocation tables = { .mask = le32_of(SNP_MASK) };
    IgvmCorim corim = { .mask = le32_of(SNP_MASK) };
    IgvmRequiredMemory memory = { .mask = le32_of(SNP_MASK),
                                  .size = le32_of(PAGE),
                                  .flags = le32_of(1) };
    IgvmVpContext context = { .mask = le32_of(SNP_MASK) };
    IgvmErrorRange range = { .mask = le32_of(SNP_MASK) };
    IgvmSnpIdBlock block = { .mask = le32_of(SNP_MASK) };
    IgvmVbsMeasurement vbs = { .mask = le32_of(SNP_MASK) };

    ADD(f, IGVM_VHT_GUEST_POLICY, policy);
    ADD(f, IGVM_VHT_RELOCATABLE_REGION, region);
    ADD(f, IGVM_VHT_PAGE_TABLE_RELOCATION, tables);
    ADD(f, IGVM_VHT_CORIM_DOCUMENT, corim);
    ADD(f, IGVM_VHT_CORIM_SIGNATURE, corim);
    ADD(f, IGVM_VHT_REQUIRED_MEMORY, memory);
    ADD(f, IGVM_VHT_VP_CONTEXT, context);
    ADD(f, IGVM_VHT_ERROR_RANGE, range);
    ADD(f, IGVM_VHT_SNP_ID_BLOCK, block);
    ADD(f, IGVM_VHT_VBS_MEASUREMENT, vbs);
}

static void test_types(Fixture *f, gconstpointer unused)
{
    static const uint32_t parameters[] = {
        IGVM_VHT_VP_COUNT, IGVM_VHT_SRAT, IGVM_VHT_MADT, IGVM_VHT_MMIO_RANGES,
        IGVM_VHT_MEMORY_MAP, IGVM_VHT_COMMAND_LINE, IGVM_VHT_SLIT,
        IGVM_VHT_PPTT, IGVM_VHT_DEVICE_TREE, IGVM_VHT_ENVIRONMENT_INFO,
    };
    IgvmHeader header;
    IgvmCursor cursor;
    IgvmFile file;
    unsigned nr = 0;

    add_others(f);
    add_area(f, 7, PAGE);
    for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
        add_parameter(f, parameters[i], 7, PAGE - 1);
    }
    add_insert(f, 7, 0x1000);
    finish(f);
    must_open(f, &file);
    cursor = igvm_headers(&file, IGVM_PLATFORM_SEV_SNP);
    while (igvm_next(&cursor, &header)) {
        g_assert_cmpstr(header.name, !=, "?");
        nr++;
    }
    g_assert_cmpuint(nr, ==, 1 + 10 + 1 + G_N_ELEMENTS(parameters) + 1);
}

/* What may be skipped, is; an area's first content is the file's. */
static void test_optional(Fixture *f, gconstpointer unused)
{
    uint32_t after = 2 * sizeof(IgvmVhdr) + 8 + sizeof(IgvmParameterArea);
    IgvmParameterArea area = {
        le64_of(PAGE), le32_of(0), le32_of(data_offset(f) + after),
    };
    IgvmHeader header;
    IgvmCursor cursor;
    IgvmFile file;

    add(f, IGVM_VHT_OPTIONAL | 0x3ff, "what?", 5);
    ADD(f, IGVM_VHT_PARAMETER_AREA, area);
    g_byte_array_set_size(f->data, PAGE);
    memset(f->data->data, 0x5a, PAGE);
    finish(f);
    must_open(f, &file);
    cursor = behind_platform(&file, IGVM_PLATFORM_NATIVE);
    g_assert_true(igvm_next(&cursor, &header));
    g_assert_cmpuint(header.type, ==, IGVM_VHT_PARAMETER_AREA);
    g_assert_cmpuint(header.mask, ==, ~0u);
    g_assert_cmpuint(header.size, ==, PAGE);
    g_assert_cmpuint(header.content[0], ==, 0x5a);
    g_assert_false(igvm_next(&cursor, &header));
}

/* Registers of a platform whose form is not known here */
static void test_other_context(Fixture *f, gconstpointer unused)
{
    IgvmVpContext context = { .mask = le32_of(4) };
    IgvmHeader header;
    IgvmCursor cursor;
    IgvmFile file;

    add_platform(f, IGVM_PLATFORM_TDX, 4);
    context.file_offset = le32_of(data_offset(f) + 32);
    ADD(f, IGVM_VHT_VP_CONTEXT, context);
    g_byte_array_set_size(f->data, PAGE);
    finish(f);
    must_open(f, &file);
    cursor = behind_platform(&file, IGVM_PLATFORM_TDX);
    g_assert_true(igvm_next(&cursor, &header));
    g_assert_cmpuint(header.type, ==, IGVM_VHT_VP_CONTEXT);
    g_assert_cmpuint(header.size, ==, 0);
    g_assert_null(header.content);
}

/* --- the fixed header */

static void test_fixed(Fixture *f, gconstpointer unused)
{
    static const struct {
        size_t field;
        uint32_t value;
        const char *text;
    } wrong[] = {
        { offsetof(IgvmFixedHeader, magic), 1, "does not begin with" },
        { offsetof(IgvmFixedHeader, version), 0, "expected version 1 or 2" },
        { offsetof(IgvmFixedHeader, version), 3, "found 3" },
        { offsetof(IgvmFixedHeader, page_size), 65536, "found 65536" },
        { offsetof(IgvmFixedHeader, file_size), 1, "expected 1 bytes" },
        { offsetof(IgvmFixedHeader, vhdr_offset), 16, "not whole headers" },
        { offsetof(IgvmFixedHeader, vhdr_offset), ~0u, "not whole headers" },
        { offsetof(IgvmFixedHeader, vhdr_size), 12, "not whole headers" },
        { offsetof(IgvmFixedHeader, vhdr_size), ~7u, "not whole headers" },
        { offsetof(IgvmFixedHeader, checksum), 1, "with the checksum" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        le32 value = le32_of(wrong[i].value);

        finish(f);
        memcpy(f->file->data + wrong[i].field, &value, sizeof(value));
        must_fail(f, wrong[i].text);
    }
}

/* Any byte of the headers changed, and the file cut anywhere */
static void test_damaged(Fixture *f, gconstpointer unused)
{
    add_pages(f);
    finish(f);
    for (uint32_t at = 0; at < data_offset(f); at++) {
        f->file->data[at] ^= 0x40;
        must_fail(f, "");
        f->file->data[at] ^= 0x40;
    }
    while (f->file->len) {
        g_byte_array_set_size(f->file, f->file->len > 2 * PAGE
                                       ? f->file->len - PAGE
                                       : f->file->len - 1);
        must_fail(f, "");
    }
}

/* --- variable headers: each adds one that is wrong */

static void platform_twice(Fixture *f)
{
    add_platform(f, IGVM_PLATFORM_SEV_SNP, 4);
}

static void platform_same_bit(Fixture *f)
{
    add_platform(f, IGVM_PLATFORM_TDX, SNP_MASK);
}

static void platform_two_bits(Fixture *f)
{
    add_platform(f, IGVM_PLATFORM_TDX, 0xc);
}

static void platform_no_bit(Fixture *f)
{
    add_platform(f, IGVM_PLATFORM_TDX, 0);
}

static void platform_unknown(Fixture *f)
{
    add_platform(f, IGVM_PLATFORM_CCA + 1, 4);
}

static void platform_version(Fixture *f)
{
    IgvmPlatform platform = { .mask = le32_of(4), .version = le16_of(2) };

    ADD(f, IGVM_VHT_SUPPORTED_PLATFORM, platform);
}

static void platform_late(Fixture *f)
{
    add_area(f, 0, PAGE);
    add_platform(f, IGVM_PLATFORM_TDX, 4);
}

static void policy_late(Fixture *f)
{
    IgvmPolicy policy = { .mask = le32_of(SNP_MASK) };

    add_area(f, 0, PAGE);
    ADD(f, IGVM_VHT_GUEST_POLICY, policy);
}

static void policy_reserved(Fixture *f)
{
    IgvmPolicy policy = { .reserved = le32_of(1) };

    ADD(f, IGVM_VHT_GUEST_POLICY, policy);
}

static void unknown_type(Fixture *f)
{
    add(f, 0x306, "", 0);
}

static void wrong_length(Fixture *f)
{
    add(f, IGVM_VHT_PAGE_DATA, "1234567", 8);
}

static void too_long(Fixture *f)
{
    IgvmVhdr vhdr = { le32_of(IGVM_VHT_PAGE_DATA), le32_of(~0u) };

    g_byte_array_append(f->headers, (const uint8_t *)&vhdr, sizeof(vhdr));
}

static void add_page(Fixture *f, IgvmPageData page)
{
    ADD(f, IGVM_VHT_PAGE_DATA, page);
}

static void page_unaligned(Fixture *f)
{
    add_page(f, page_data(0x1001, SNP_MASK, 0));
}

static void page_large_unaligned(Fixture *f)
{
    IgvmPageData page = page_data(0x1000, SNP_MASK, 0);

    page.flags = le32_of(IGVM_PAGE_2M);
    add_page(f, page);
}

static void page_in_headers(Fixture *f)
{
    add_page(f, page_data(0x1000, SNP_MASK, 0x20));
}

static void page_behind_end(Fixture *f)
{
    add_page(f, page_data(0x1000, SNP_MASK, ~0u));
}

static void page_cut(Fixture *f)
{
    add_page(f, page_data(0x1000, SNP_MASK, data_offset(f) + 32));
    g_byte_array_set_size(f->data, PAGE - 1);
}

static void page_flags(Fixture *f)
{
    IgvmPageData page = page_data(0x1000, SNP_MASK, 0);

    page.flags = le32_of(IGVM_PAGE_FLAGS + 1);
    add_page(f, page);
}

static void page_reserved(Fixture *f)
{
    IgvmPageData page = page_data(0x1000, SNP_MASK, 0);

    page.reserved = le16_of(1);
    add_page(f, page);
}

static void page_type(Fixture *f)
{
    IgvmPageData page = page_data(0x1000, SNP_MASK, 0);

    page.data_type = le16_of(IGVM_PAGE_TYPE_CPUID_XF + 1);
    add_page(f, page);
}

static void page_at_the_end(Fixture *f)
{
    add_page(f, page_data(-(uint64_t)PAGE, SNP_MASK, 0));
}

static void area_empty(Fixture *f)
{
    add_area(f, 0, 0);
}

static void area_huge(Fixture *f)
{
    add_area(f, 0, IGVM_MAX_AREA_SIZE + PAGE);
}

static void areas_huge(Fixture *f)
{
    add_area(f, 0, IGVM_MAX_AREA_SIZE / 2);
    add_area(f, 1, IGVM_MAX_AREA_SIZE / 2);
    add_area(f, 2, PAGE);
}

static void area_unaligned(Fixture *f)
{
    add_area(f, 0, PAGE + 1);
}

static void area_twice(Fixture *f)
{
    add_area(f, 3, PAGE);
    add_area(f, 3, PAGE);
}

static void area_cut(Fixture *f)
{
    IgvmParameterArea area = { le64_of(2 * PAGE), le32_of(0),
                               le32_of(data_offset(f) + 24) };

    ADD(f, IGVM_VHT_PARAMETER_AREA, area);
    g_byte_array_set_size(f->data, 2 * PAGE - 1);
}

static void areas_too_many(Fixture *f)
{
    for (uint32_t i = 0; i <= IGVM_MAX_AREAS; i++) {
        add_area(f, i, PAGE);
    }
}

static void parameter_no_area(Fixture *f)
{
    add_parameter(f, IGVM_VHT_MADT, 1, 0);
}

static void parameter_outside(Fixture *f)
{
    add_area(f, 1, PAGE);
    add_parameter(f, IGVM_VHT_MADT, 1, PAGE);
}

static void parameter_late(Fixture *f)
{
    add_area(f, 1, PAGE);
    add_insert(f, 1, 0);
    add_parameter(f, IGVM_VHT_MADT, 1, 0);
}

static void insert_no_area(Fixture *f)
{
    add_insert(f, 9, 0);
}

static void insert_twice(Fixture *f)
{
    add_area(f, 1, PAGE);
    add_insert(f, 1, 0);
    add_insert(f, 1, PAGE);
}

static void insert_unaligned(Fixture *f)
{
    add_area(f, 1, PAGE);
    add_insert(f, 1, 8);
}

static void insert_at_the_end(Fixture *f)
{
    add_area(f, 1, 2 * PAGE);
    add_insert(f, 1, -(uint64_t)PAGE);
}

static void context_cut(Fixture *f)
{
    IgvmVpContext context = { .mask = le32_of(SNP_MASK),
                              .file_offset = le32_of(data_offset(f) + 32) };

    ADD(f, IGVM_VHT_VP_CONTEXT, context);
    g_byte_array_set_size(f->data, sizeof(IgvmNativeContext));
}

static void context_reserved(Fixture *f)
{
    IgvmVpContext context = { .reserved = le16_of(1) };

    ADD(f, IGVM_VHT_VP_CONTEXT, context);
}

static void memory_unaligned(Fixture *f)
{
    IgvmRequiredMemory memory = { .size = le32_of(1) };

    ADD(f, IGVM_VHT_REQUIRED_MEMORY, memory);
}

static void memory_flags(Fixture *f)
{
    IgvmRequiredMemory memory = { .flags = le32_of(2) };

    ADD(f, IGVM_VHT_REQUIRED_MEMORY, memory);
}

static void id_block_enabled(Fixture *f)
{
    IgvmSnpIdBlock block = { .author_key_enabled = 2 };

    ADD(f, IGVM_VHT_SNP_ID_BLOCK, block);
}

static void id_block_reserved(Fixture *f)
{
    IgvmSnpIdBlock block = { .reserved = { 0, 0, 1 } };

    ADD(f, IGVM_VHT_SNP_ID_BLOCK, block);
}

static void corim_outside(Fixture *f)
{
    IgvmCorim corim = { .file_offset = le32_of(data_offset(f) + 24),
                        .size = le32_of(1) };

    ADD(f, IGVM_VHT_CORIM_DOCUMENT, corim);
}

static void tables_used(Fixture *f)
{
    IgvmPageTableRelocation tables = { .used_size = le64_of(1) };

    ADD(f, IGVM_VHT_PAGE_TABLE_RELOCATION, tables);
}

typedef struct Wrong {
    const char *name;
    void (*add)(Fixture *f);
    const char *text;
} Wrong;

static const Wrong wrong[] = {
    { "platform/twice", platform_twice, "platform 2 is there twice" },
    { "platform/same-bit", platform_same_bit, "expected one bit" },
    { "platform/two-bits", platform_two_bits, "mask 0xc: expected one bit" },
    { "platform/no-bit", platform_no_bit, "mask 0x0: expected one bit" },
    { "platform/unknown", platform_unknown, "up to 6, found 7" },
    { "platform/version", platform_version, "expected version 1 of" },
    { "platform/late", platform_late, "must come after it" },
    { "policy/late", policy_late, "must come after it" },
    { "policy/reserved", policy_reserved, "(guest policy): a reserved field" },
    { "type/unknown", unknown_type, "header at 0x50 (?): type 0x306 is not" },
    { "type/length", wrong_length, "(page data): expected 24 bytes, found 8" },
    { "type/too-long", too_long, "headers end within it" },
    { "page/unaligned", page_unaligned, "at 0x1001 are not whole pages" },
    { "page/large-unaligned", page_large_unaligned, "2 MiB are not aligned" },
    { "page/in-headers", page_in_headers, "at 0x20 are not in the file's" },
    { "page/behind-end", page_behind_end, "are not in the file's data" },
    { "page/cut", page_cut, "are not in the file's data" },
    { "page/flags", page_flags, "a reserved field" },
    { "page/reserved", page_reserved, "a reserved field" },
    { "page/type", page_type, "expected a page type up to 3, found 4" },
    { "page/at-the-end", page_at_the_end, "beyond the end of memory" },
    { "area/empty", area_empty, "found 0x0" },
    { "area/huge", area_huge, "found 0x4001000" },
    { "area/all-huge", areas_huge, "found 0x1000 here and 0x4000000 before" },
    { "area/unaligned", area_unaligned, "are not whole pages" },
    { "area/twice", area_twice, "a parameter area 3 already" },
    { "area/cut", area_cut, "are not in the file's data" },
    { "area/too-many", areas_too_many, "more than 64 parameter areas" },
    { "parameter/no-area", parameter_no_area, "(MADT): there is no parameter" },
    { "parameter/outside", parameter_outside, "written to 0x1000 of" },
    { "parameter/late", parameter_late, "area 1 was inserted before" },
    { "insert/no-area", insert_no_area, "no parameter area 9" },
    { "insert/twice", insert_twice, "area 1 was inserted before" },
    { "insert/unaligned", insert_unaligned, "are not whole pages" },
    { "insert/at-the-end", insert_at_the_end, "beyond the end of memory" },
    { "context/cut", context_cut, "0x1000 bytes at 0x70 are not in" },
    { "context/reserved", context_reserved, "a reserved field" },
    { "memory/unaligned", memory_unaligned, "are not whole pages" },
    { "memory/flags", memory_flags, "a reserved field" },
    { "id-block/enabled", id_block_enabled, "expected 0 or 1, found 2" },
    { "id-block/reserved", id_block_reserved, "a reserved field" },
    { "corim/outside", corim_outside, "are not in the file's data" },
    { "tables/used", tables_used, "more of it is used" },
};

static void test_wrong(Fixture *f, gconstpointer data)
{
    const Wrong *row = data;

    row->add(f);
    finish(f);
    must_fail(f, row->text);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD_TEST(path, run) \
    g_test_add(path, Fixture, NULL, setup, run, teardown)
    ADD_TEST("/igvm/platforms", test_platforms);
    ADD_TEST("/igvm/version-1", test_version_1);
    ADD_TEST("/igvm/pages", test_pages);
    ADD_TEST("/igvm/types", test_types);
    ADD_TEST("/igvm/optional", test_optional);
    ADD_TEST("/igvm/other-context", test_other_context);
    ADD_TEST("/igvm/fixed", test_fixed);
    ADD_TEST("/igvm/damaged", test_damaged);
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *path = g_strdup_printf("/igvm/wrong/%s",
                                                wrong[i].name);

        g_test_add(path, Fixture, &wrong[i], setup, test_wrong, teardown);
    }
    return g_test_run();
}
