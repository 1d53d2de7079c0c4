/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the table of certificates. See cert-table.h. */

#include "vendor/cert-table.h"

#include <string.h>

GBytes *vendor_cert_table(const VendorTableCert *certs, size_t n)
{
    GByteArray *table = g_byte_array_new();
    uint32_t offset = (n + 1) * sizeof(SnpCertEntry);
    const SnpCertEntry last = { .guid = { 0 } };

    for (size_t i = 0; i < n; i++) {
        uint32_t len = g_bytes_get_size(certs[i].der);
        SnpCertEntry entry = { .offset = le32_of(offset),
                               .len = le32_of(len) };

        memcpy(entry.guid, certs[i].guid, sizeof(entry.guid));
        g_byte_array_append(table, (const uint8_t *)&entry, sizeof(entry));
        offset += len;
    }
    g_byte_array_append(table, (const uint8_t *)&last, sizeof(last));
    for (size_t i = 0; i < n; i++) {
        g_byte_array_append(table, g_bytes_get_data(certs[i].der, NULL),
                            g_bytes_get_size(certs[i].der));
    }
    return g_byte_array_free_to_bytes(table);
}
