/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads tables of certificates: their host, or a guest, may write anything. */

#include "guest-owner/report/cert-table.h"

#include <string.h>
#include "guest-owner/base/owner.h"

/* Six kinds are known. */
#define MAX_ENTRIES 32

typedef struct Entry {
    uint8_t guid[SNP_CERT_GUID_SIZE];
    size_t offset, len;
} Entry;

static bool wrong(const char *name, size_t i, const char *what, GError **errp)
{
    g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                "%s: entry %zu of the table of certificates %s", name, i,
                what);
    return false;
}

/* The entries up to the one that is all zero */
static bool read_entries(GBytes *file, const char *name,
                         Entry entries[MAX_ENTRIES], size_t *n, GError **errp)
{
    static const SnpCertEntry end;
    gsize size;
    const uint8_t *data = g_bytes_get_data(file, &size);

    for (*n = 0;; (*n)++) {
        SnpCertEntry raw;

        if (size / sizeof(raw) <= *n) {
            g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                        "%s: expected certificates in PEM or DER, or a table "
                        "of them; found no end of a table's entries in %zu "
                        "bytes", name, size);
            return false;
        }
        memcpy(&raw, data + *n * sizeof(raw), sizeof(raw));
        if (memcmp(&raw, &end, sizeof(raw)) == 0) {
            return true;
        }
        if (*n == MAX_ENTRIES) {
            return wrong(name, *n, "is one too many", errp);
        }
        memcpy(entries[*n].guid, raw.guid, sizeof(raw.guid));
        entries[*n].offset = le32_get(raw.offset);
        entries[*n].len = le32_get(raw.len);
    }
}

static bool check_entry(const Entry *entries, size_t n, size_t i, size_t size,
                        const char *name, GError **errp)
{
    const Entry *e = &entries[i];

    if (e->len == 0) {
        return wrong(name, i, "is empty", errp);
    }
    if (e->offset > size || e->len > size - e->offset) {
        return wrong(name, i, "reaches out of it", errp);
    }
    if (e->offset < (n + 1) * sizeof(SnpCertEntry)) {
        return wrong(name, i, "lies in the entries", errp);
    }
    for (size_t j = 0; j < i; j++) {
        const Entry *other = &entries[j];

        if (e->offset < other->offset + other->len &&
            other->offset < e->offset + e->len) {
            return wrong(name, i, "overlaps another", errp);
        }
        if (memcmp(e->guid, other->guid, sizeof(e->guid)) == 0) {
            return wrong(name, i, "has the GUID of another", errp);
        }
    }
    return true;
}

bool cert_table_read(GBytes *file, const char *name, CertTableSeen *seen,
                     gpointer opaque, GError **errp)
{
    gsize size = g_bytes_get_size(file);
    Entry entries[MAX_ENTRIES];
    size_t n;

    if (!read_entries(file, name, entries, &n, errp)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!check_entry(entries, n, i, size, name, errp)) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        g_autoptr(GBytes) blob = g_bytes_new_from_bytes(
            file, entries[i].offset, entries[i].len);

        seen(entries[i].guid, blob, opaque);
    }
    return true;
}
