/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a firmware image's SEV-SNP metadata: the image is only a file. */

#include <string.h>
#include "abi/snp.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/snp-metadata.h"

#define FOUR_GIB 0x100000000ull

static bool wrong(const char *name, const char *what, GError **errp)
{
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "firmware %s: its SEV metadata %s", name, what);
    return false;
}

/* The header; @left is what the image has from there on. */
static bool read_header(const uint8_t *data, size_t left, const char *name,
                        uint32_t *nr_sections, GError **errp)
{
    OvmfSevMetadata header;
    uint32_t len;

    if (left < sizeof(header)) {
        return wrong(name, "are not in the image", errp);
    }
    memcpy(&header, data, sizeof(header));
    len = le32_get(header.len);
    *nr_sections = le32_get(header.nr_sections);
    if (memcmp(header.signature, OVMF_SEV_METADATA_SIGNATURE,
               sizeof(header.signature)) != 0) {
        return wrong(name, "do not begin with ASEV", errp);
    }
    if (le32_get(header.version) != OVMF_SEV_METADATA_VERSION) {
        return wrong(name, "have an unknown version", errp);
    }
    if (len > left || len < sizeof(header) ||
        (len - sizeof(header)) / sizeof(OvmfSevSection) < *nr_sections) {
        return wrong(name, "have a wrong length", errp);
    }
    return true;
}

static bool read_section(const uint8_t *data, const char *name,
                         SnpSection *section, GError **errp)
{
    OvmfSevSection raw;

    memcpy(&raw, data, sizeof(raw));
    section->base = le32_get(raw.base);
    section->size = le32_get(raw.size);
    section->type = le32_get(raw.type);
    if (section->base % SNP_PAGE_SIZE || section->size % SNP_PAGE_SIZE ||
        section->size == 0) {
        return wrong(name, "have a section that is not of pages", errp);
    }
    if (section->base > FOUR_GIB - section->size) {
        return wrong(name, "have a section beyond 4 GiB", errp);
    }
    return true;
}

static bool read_sections(const uint8_t *data, const char *name,
                          SnpMetadata *metadata, GError **errp)
{
    uint64_t total = 0;

    for (size_t i = 0; i < metadata->nr; i++) {
        SnpSection *section = &metadata->sections[i];

        if (!read_section(data + i * sizeof(OvmfSevSection), name, section,
                          errp)) {
            return false;
        }
        total += section->size;
        if (total > FOUR_GIB) {
            return wrong(name, "have more than 4 GiB of sections", errp);
        }
    }
    return true;
}

bool snp_metadata_read(GBytes *image, const FirmwareInfo *info,
                       const char *name, SnpMetadata *metadata, GError **errp)
{
    gsize size;
    const uint8_t *data = g_bytes_get_data(image, &size);
    uint32_t offset = info->snp_metadata_offset;
    uint32_t nr_sections;

    memset(metadata, 0, sizeof(*metadata));
    if (!info->has_snp_metadata) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "firmware %s has no SEV metadata: it is not made for "
                    "SEV-SNP guests", name);
        return false;
    }
    if (offset > size) {
        return wrong(name, "are not in the image", errp);
    }
    data += size - offset;
    if (!read_header(data, offset, name, &nr_sections, errp)) {
        return false;
    }
    metadata->nr = nr_sections;
    metadata->sections = g_new0(SnpSection, metadata->nr);
    if (read_sections(data + sizeof(OvmfSevMetadata), name, metadata, errp)) {
        return true;
    }
    snp_metadata_clear(metadata);
    return false;
}

void snp_metadata_clear(SnpMetadata *metadata)
{
    g_clear_pointer(&metadata->sections, g_free);
    metadata->nr = 0;
}
