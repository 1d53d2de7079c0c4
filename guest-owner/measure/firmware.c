/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the GUIDed table of a firmware image. The table is walked from its end
 * towards lower addresses; every length in it is checked against what is left
 * before it is used, as the image is only a file.
 */

#include <string.h>
#include "guest-owner/measure/firmware.h"
#include "guest-owner/measure/guid.h"
#include "guest-owner/base/owner.h"

static const AbiGuid guid_footer = OVMF_GUID_FOOTER;
static const AbiGuid guid_hash_table = OVMF_GUID_HASH_TABLE_AREA;
static const AbiGuid guid_secret = OVMF_GUID_SECRET_AREA;
static const AbiGuid guid_es_reset = OVMF_GUID_SEV_ES_RESET;
static const AbiGuid guid_snp_metadata = OVMF_GUID_SEV_METADATA;

/* The entry that ends at @end: its OvmfTableEntry is its last part. */
static OvmfTableEntry entry_before(const uint8_t *end)
{
    OvmfTableEntry entry;

    memcpy(&entry, end - sizeof(entry), sizeof(entry));
    return entry;
}

/* Copies the @size bytes that an entry has to begin with. */
static bool read_data(const uint8_t *data, size_t len, const char *what,
                      void *to, size_t size, const char *name, GError **errp)
{
    if (len < size) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "firmware %s: its %s entry has %zu bytes of data, "
                    "not %zu", name, what, len, size);
        return false;
    }
    memcpy(to, data, size);
    return true;
}

static bool read_area(const uint8_t *data, size_t len, const char *what,
                      FirmwareArea *area, const char *name, GError **errp)
{
    OvmfArea raw;

    if (!read_data(data, len, what, &raw, sizeof(raw), name, errp)) {
        return false;
    }
    area->base = le32_get(raw.base);
    area->size = le32_get(raw.size);
    return true;
}

static bool read_es_reset(const uint8_t *data, size_t len, FirmwareInfo *info,
                          const char *name, GError **errp)
{
    OvmfSevEsReset raw;

    if (!read_data(data, len, "SEV-ES reset", &raw, sizeof(raw), name,
                   errp)) {
        return false;
    }
    info->has_es_reset = true;
    info->es_reset_eip = le32_get(raw.eip);
    return true;
}

static bool read_snp_metadata(const uint8_t *data, size_t len,
                              FirmwareInfo *info, const char *name,
                              GError **errp)
{
    OvmfSevMetadataOffset raw;

    if (!read_data(data, len, "SEV metadata", &raw, sizeof(raw), name,
                   errp)) {
        return false;
    }
    info->has_snp_metadata = true;
    info->snp_metadata_offset = le32_get(raw.offset);
    return true;
}

/* Takes the entry whose data is the @len bytes at @data, if it is known. */
static bool take_entry(const AbiGuid *guid, const uint8_t *data, size_t len,
                       FirmwareInfo *info, const char *name, GError **errp)
{
    if (guid_equal(guid, &guid_hash_table)) {
        return read_area(data, len, "hash table", &info->hash_table, name,
                         errp);
    }
    if (guid_equal(guid, &guid_secret)) {
        return read_area(data, len, "secret area", &info->secret, name, errp);
    }
    if (guid_equal(guid, &guid_es_reset)) {
        return read_es_reset(data, len, info, name, errp);
    }
    if (guid_equal(guid, &guid_snp_metadata)) {
        return read_snp_metadata(data, len, info, name, errp);
    }
    return true;
}

/* Walks the @left bytes of entries that end at @end. */
static bool walk_entries(const uint8_t *end, size_t left, FirmwareInfo *info,
                         const char *name, GError **errp)
{
    while (left) {
        OvmfTableEntry entry;
        uint16_t len;

        if (left < sizeof(entry)) {
            g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                        "firmware %s: %zu stray bytes in its GUIDed table",
                        name, left);
            return false;
        }
        entry = entry_before(end);
        len = le16_get(entry.len);
        if (len < sizeof(entry) || len > left) {
            g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                        "firmware %s: an entry of its GUIDed table has "
                        "length %u, with %zu bytes left", name, len, left);
            return false;
        }
        if (!take_entry(&entry.guid, end - len, len - sizeof(entry), info,
                        name, errp)) {
            return false;
        }
        end -= len;
        left -= len;
    }
    return true;
}

static bool check_size(size_t size, const char *name, GError **errp)
{
    if (size == 0 || size % FIRMWARE_GRANULE || size > FIRMWARE_MAX_SIZE) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "firmware %s: %zu bytes, expected a multiple of %u up to "
                    "%u", name, size, FIRMWARE_GRANULE, FIRMWARE_MAX_SIZE);
        return false;
    }
    return true;
}

bool firmware_parse(GBytes *image, const char *name, FirmwareInfo *info,
                    GError **errp)
{
    gsize size;
    const uint8_t *data = g_bytes_get_data(image, &size);
    const uint8_t *end;
    OvmfTableEntry footer;
    uint16_t len;

    memset(info, 0, sizeof(*info));
    if (!check_size(size, name, errp)) {
        return false;
    }
    end = data + size - OVMF_TABLE_END_OFFSET;
    footer = entry_before(end);
    if (!guid_equal(&footer.guid, &guid_footer)) {
        return true;
    }
    len = le16_get(footer.len);
    if (len < sizeof(footer) || len > end - data) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "firmware %s: its GUIDed table has length %u", name, len);
        return false;
    }
    info->has_table = true;
    return walk_entries(end - sizeof(footer), len - sizeof(footer), info,
                        name, errp);
}

bool firmware_holds_hashes(const FirmwareInfo *info)
{
    return info->hash_table.base &&
           info->hash_table.size >= OVMF_HASH_TABLE_PADDED_SIZE;
}

bool firmware_holds_secret(const FirmwareInfo *info, size_t size)
{
    return info->secret.base && info->secret.size >= size;
}
