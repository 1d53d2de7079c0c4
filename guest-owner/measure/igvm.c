/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reckons the launch digest of an IGVM file: it is only a file. */

#include <string.h>
#include <zlib.h>
#include "abi/igvm.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/igvm.h"

/* Bytes of all parameter areas: more than any loader would have for them */
#define MAX_AREAS (1024 * 1024 * 1024)

#define ALIGN_UP(n, d) (((n) + (d) - 1) / (d) * (d))

/* A save area that is measured after all pages */
typedef struct Context {
    uint64_t gpa;
    const uint8_t *vmsa;
} Context;

/*
 * @begin, @end: of the file's variable headers
 * @at: of the header that is read
 * @mask: of SEV-SNP, 0 before it was found
 * @areas: sizes of parameter areas by index, of those not inserted yet
 * @total: bytes of all of them
 */
typedef struct Reader {
    const SnpLaunch *launch;
    const char *name;
    const uint8_t *data;
    size_t size;
    uint32_t begin, end, at;
    uint32_t mask;
    GHashTable *areas;
    uint64_t total;
    GArray *contexts;
    IgvmMeasured *measured;
    GError **errp;
} Reader;

static bool G_GNUC_PRINTF(2, 3) wrong(Reader *r, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(r->errp, OWNER_ERROR, OWNER_EXIT_USAGE, "%s: %s", r->name,
                what);
    return false;
}

static bool header_wrong(Reader *r, const char *what)
{
    return wrong(r, "its header at 0x%x %s", r->at, what);
}

/* Where the variable headers are, and that they are as they were written */
static bool read_fixed(Reader *r)
{
    IgvmFixedHeader fixed = { .magic = le32_of(0) };
    uint32_t version, size, sum;
    size_t len;

    if (r->size < sizeof(fixed)) {
        return wrong(r, "no IGVM file: it has %zu bytes", r->size);
    }
    memcpy(&fixed, r->data, sizeof(fixed));
    if (le32_get(fixed.magic) != IGVM_MAGIC) {
        return wrong(r, "no IGVM file: it does not begin with \"IGVM\"");
    }
    version = le32_get(fixed.version);
    if (version != 1 && version != 2) {
        return wrong(r, "version %u of the format is not known", version);
    }
    len = version == 1 ? IGVM_FIXED_HEADER_SIZE_1 : sizeof(fixed);
    r->begin = le32_get(fixed.vhdr_offset);
    size = le32_get(fixed.vhdr_size);
    if (le32_get(fixed.file_size) != r->size || r->begin < len ||
        r->begin > r->size || size > r->size - r->begin) {
        return wrong(r, "it is not as long as it says");
    }
    r->end = r->begin + size;
    fixed.checksum = le32_of(0);
    sum = crc32(0, (const Bytef *)&fixed, len);
    sum = crc32(sum, r->data + r->begin, size);
    memcpy(&fixed, r->data, sizeof(fixed));
    return sum == le32_get(fixed.checksum) ||
           wrong(r, "its checksum is wrong: the file is damaged");
}

/* The bytes that a header points to, NULL if there are not so many */
static const uint8_t *content_at(const Reader *r, uint32_t offset,
                                 size_t size)
{
    return offset >= r->end && offset <= r->size && size <= r->size - offset
           ? r->data + offset : NULL;
}

/* --- headers: true goes on with the next */

static bool take_platform(Reader *r, const void *body)
{
    const IgvmPlatform *platform = body;

    if (platform->type == IGVM_PLATFORM_SEV_SNP) {
        r->mask |= le32_get(platform->mask);
    }
    return true;
}

static bool take_policy(Reader *r, const void *body)
{
    const IgvmPolicy *policy = body;

    if (le32_get(policy->mask) & r->mask) {
        r->measured->has_policy = true;
        r->measured->policy = le64_get(policy->policy);
    }
    return true;
}

static bool take_id_block(Reader *r, const void *body)
{
    const IgvmSnpIdBlock *block = body;
    SnpPublicKey *key = &r->measured->id_key;

    if (le32_get(block->mask) & r->mask) {
        r->measured->has_id_block = true;
        key->curve = block->id_public_key.curve;
        memcpy(key->x, block->id_public_key.qx, sizeof(key->x));
        memcpy(key->y, block->id_public_key.qy, sizeof(key->y));
    }
    return true;
}

static bool take_area(Reader *r, const void *body)
{
    const IgvmParameterArea *area = body;
    uint64_t size = le64_get(area->size);

    if (size == 0 || size % SNP_PAGE_SIZE || size > MAX_AREAS - r->total) {
        return header_wrong(r, "has a parameter area that is not of pages, or "
                            "too large");
    }
    r->total += size;
    if (!g_hash_table_insert(r->areas,
                             GUINT_TO_POINTER(le32_get(area->index)),
                             GSIZE_TO_POINTER(size))) {
        return header_wrong(r, "has a parameter area once more");
    }
    return true;
}

static bool take_insert(Reader *r, const void *body)
{
    const IgvmParameterInsert *insert = body;
    gpointer index = GUINT_TO_POINTER(le32_get(insert->index));
    size_t size = GPOINTER_TO_SIZE(g_hash_table_lookup(r->areas, index));

    if (!(le32_get(insert->mask) & r->mask)) {
        return true;
    }
    if (!g_hash_table_remove(r->areas, index)) {
        return header_wrong(r, "inserts a parameter area that is not there");
    }
    for (size_t at = 0; at < size; at += SNP_PAGE_SIZE) {
        snp_launch_take_page(r->launch, SNP_PAGE_TYPE_UNMEASURED,
                             le64_get(insert->gpa) + at, NULL, r->measured->digest);
    }
    return true;
}

static unsigned page_type(const IgvmPageData *page)
{
    switch (le16_get(page->data_type)) {
    case IGVM_PAGE_TYPE_SECRETS:
        return SNP_PAGE_TYPE_SECRETS;
    case IGVM_PAGE_TYPE_CPUID:
        return SNP_PAGE_TYPE_CPUID;
    case IGVM_PAGE_TYPE_NORMAL:
        return le32_get(page->flags) & IGVM_PAGE_UNMEASURED
               ? SNP_PAGE_TYPE_UNMEASURED : SNP_PAGE_TYPE_NORMAL;
    default:
        return 0;
    }
}

/* Pages of 2 MiB are measured as their pages of 4 KiB. */
static void take_pages(Reader *r, uint64_t gpa, unsigned type,
                       const uint8_t *content, size_t size)
{
    static const uint8_t zeros[SNP_PAGE_SIZE];

    for (size_t at = 0; at < size; at += SNP_PAGE_SIZE) {
        snp_launch_take_page(r->launch, type, gpa + at,
                             type != SNP_PAGE_TYPE_NORMAL ? NULL
                             : content ? content + at : zeros, r->measured->digest);
    }
}

static bool take_page(Reader *r, const void *body)
{
    const IgvmPageData *page = body;
    uint32_t offset = le32_get(page->file_offset);
    uint32_t flags = le32_get(page->flags);
    size_t size = flags & IGVM_PAGE_2M ? IGVM_LARGE_SIZE : SNP_PAGE_SIZE;
    unsigned type = page_type(page);
    const uint8_t *content;

    if (!(le32_get(page->mask) & r->mask) || flags & IGVM_PAGE_SHARED) {
        return true;
    }
    if (!type) {
        return header_wrong(r, "has a page of a type that SEV-SNP has not");
    }
    content = content_at(r, offset, size);
    if (offset && !content) {
        return header_wrong(r, "has a page that is not in the file");
    }
    take_pages(r, le64_get(page->gpa), type, content, size);
    return true;
}

static bool take_context(Reader *r, const void *body)
{
    const IgvmVpContext *context = body;
    Context vmsa = {
        .gpa = le64_get(context->gpa),
        .vmsa = content_at(r, le32_get(context->file_offset), SNP_PAGE_SIZE),
    };

    if (!(le32_get(context->mask) & r->mask)) {
        return true;
    }
    if (!vmsa.vmsa) {
        return header_wrong(r, "has a save area that is not in the file");
    }
    g_array_append_val(r->contexts, vmsa);
    return true;
}

/* NULL: nothing of it is measured. */
static const struct {
    uint32_t type;
    size_t size;
    bool (*take)(Reader *r, const void *body);
} rows[] = {
    { IGVM_VHT_SUPPORTED_PLATFORM, sizeof(IgvmPlatform), take_platform },
    { IGVM_VHT_GUEST_POLICY, sizeof(IgvmPolicy), take_policy },
    { IGVM_VHT_RELOCATABLE_REGION, sizeof(IgvmRelocatable), NULL },
    { IGVM_VHT_PAGE_TABLE_RELOCATION, sizeof(IgvmPageTableRelocation), NULL },
    { IGVM_VHT_CORIM_DOCUMENT, sizeof(IgvmCorim), NULL },
    { IGVM_VHT_CORIM_SIGNATURE, sizeof(IgvmCorim), NULL },
    { IGVM_VHT_PARAMETER_AREA, sizeof(IgvmParameterArea), take_area },
    { IGVM_VHT_PAGE_DATA, sizeof(IgvmPageData), take_page },
    { IGVM_VHT_PARAMETER_INSERT, sizeof(IgvmParameterInsert), take_insert },
    { IGVM_VHT_VP_CONTEXT, sizeof(IgvmVpContext), take_context },
    { IGVM_VHT_REQUIRED_MEMORY, sizeof(IgvmRequiredMemory), NULL },
    { IGVM_VHT_VP_COUNT, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_SRAT, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_MADT, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_MMIO_RANGES, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_SNP_ID_BLOCK, sizeof(IgvmSnpIdBlock), take_id_block },
    { IGVM_VHT_MEMORY_MAP, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_ERROR_RANGE, sizeof(IgvmErrorRange), NULL },
    { IGVM_VHT_COMMAND_LINE, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_SLIT, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_PPTT, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_VBS_MEASUREMENT, sizeof(IgvmVbsMeasurement), NULL },
    { IGVM_VHT_DEVICE_TREE, sizeof(IgvmParameter), NULL },
    { IGVM_VHT_ENVIRONMENT_INFO, sizeof(IgvmParameter), NULL },
};

static bool take_header(Reader *r, uint32_t type, const void *body,
                        size_t size)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].type == (type & ~IGVM_VHT_OPTIONAL)) {
            return rows[i].size != size
                   ? header_wrong(r, "has a wrong length")
                   : !rows[i].take || rows[i].take(r, body);
        }
    }
    return type & IGVM_VHT_OPTIONAL
           ? true : wrong(r, "its header at 0x%x has type 0x%x, which is not "
                          "known", r->at, type);
}

static bool take_headers(Reader *r)
{
    IgvmVhdr vhdr;
    uint32_t len;

    for (r->at = r->begin; r->at < r->end; ) {
        uint32_t left = r->end - r->at;

        if (left < sizeof(vhdr)) {
            return header_wrong(r, "is not whole");
        }
        memcpy(&vhdr, r->data + r->at, sizeof(vhdr));
        len = le32_get(vhdr.len);
        left -= sizeof(vhdr);
        if (len > left) {
            return header_wrong(r, "is not whole");
        }
        if (!take_header(r, le32_get(vhdr.type),
                         r->data + r->at + sizeof(vhdr), len)) {
            return false;
        }
        r->at += sizeof(vhdr) + MIN(left, ALIGN_UP(len, IGVM_VHDR_ALIGN));
    }
    return r->mask || wrong(r, "it is not for SEV-SNP guests");
}

static void take_contexts(Reader *r)
{
    for (guint i = 0; i < r->contexts->len; i++) {
        const Context *context = &g_array_index(r->contexts, Context, i);

        snp_launch_take_page(r->launch, SNP_PAGE_TYPE_VMSA, context->gpa,
                             context->vmsa, r->measured->digest);
    }
}

bool igvm_measure(const SnpLaunch *launch, GBytes *file, const char *name,
                  IgvmMeasured *measured, GError **errp)
{
    g_autoptr(GHashTable) areas = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) contexts = g_array_new(FALSE, FALSE, sizeof(Context));
    Reader reader = {
        .launch = launch, .name = name, .areas = areas, .contexts = contexts,
        .measured = measured, .errp = errp,
    };
    bool ok;

    reader.data = g_bytes_get_data(file, &reader.size);
    *measured = (IgvmMeasured){ .policy = 0 };
    ok = read_fixed(&reader) && take_headers(&reader);
    if (ok) {
        take_contexts(&reader);
    }
    return ok;
}
