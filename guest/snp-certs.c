/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds where the host's table of certificates ends: entries of a GUID, an
 * offset and a length, up to one of zeros, then what they point to.
 */

#include <endian.h>
#include <string.h>

#include "guest/snp-report.h"

typedef struct CertEntry {
    uint8_t guid[16];
    uint32_t offset, length;    /* little-endian */
} CertEntry;

size_t snp_certs_size(const uint8_t *certs, size_t size)
{
    static const CertEntry last;
    size_t end = 0;

    for (size_t at = 0; at + sizeof(CertEntry) <= size;
         at += sizeof(CertEntry)) {
        CertEntry entry;
        size_t offset, length;

        memcpy(&entry, certs + at, sizeof(entry));
        if (memcmp(&entry, &last, sizeof(entry)) == 0) {
            /* A table of nothing is none */
            return at == 0 ? 0
                   : end > at + sizeof(entry) ? end : at + sizeof(entry);
        }
        offset = le32toh(entry.offset);
        length = le32toh(entry.length);
        if (offset > size || length > size - offset) {
            return 0;
        }
        if (offset + length > end) {
            end = offset + length;
        }
    }
    return 0;
}
