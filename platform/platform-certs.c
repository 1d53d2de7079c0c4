/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes tables of certificates for guests. See platform-certs.h. */

#include "platform/platform-certs.h"

#include <string.h>

#include "abi/snp-certs.h"
#include "platform/platform-dir.h"

GBytes *platform_certs_table(const PlatformCert *certs, size_t n)
{
    /* The last entry is all zero */
    size_t offset = (n + 1) * sizeof(SnpCertEntry);
    GByteArray *table = g_byte_array_new();

    g_byte_array_set_size(table, offset);
    memset(table->data, 0, offset);
    for (size_t i = 0; i < n; i++) {
        size_t len;
        const uint8_t *der = g_bytes_get_data(certs[i].der, &len);
        SnpCertEntry entry = {
            .offset = le32_of(offset),
            .len = le32_of(len),
        };

        memcpy(entry.guid, certs[i].guid, sizeof(entry.guid));
        memcpy(table->data + i * sizeof(entry), &entry, sizeof(entry));
        g_byte_array_append(table, der, len);
        offset += len;
    }
    return g_byte_array_free_to_bytes(table);
}

static bool vcek_subject(const AspFuses *fuses,
                         const uint8_t tcb[SNP_TCB_SIZE],
                         VendorSubject *subject, GError **errp)
{
    *subject = (VendorSubject) { .point = { 4 } };
    memcpy(subject->tcb.byte, tcb, SNP_TCB_SIZE);
    memcpy(subject->chip_id, fuses->chip_id, sizeof(subject->chip_id));
    if (asp_vcek_public(fuses, tcb, subject->point + 1,
                        subject->point + 1 + 48)) {
        g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_FAILED,
                    "libgcrypt could not derive the VCEK");
        return false;
    }
    return true;
}

GBytes *platform_certs_vcek(const AspFuses *fuses, const Vendor *vendor,
                            const uint8_t tcb[SNP_TCB_SIZE], GError **errp)
{
    int64_t now = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(GBytes) vcek = NULL;
    VendorSubject subject;

    if (!vcek_subject(fuses, tcb, &subject, errp)) {
        return NULL;
    }
    vcek = vendor_vcek_cert(vendor, &subject, now, errp);
    if (!vcek) {
        return NULL;
    }
    return platform_certs_table((const PlatformCert[]) {
        { SNP_CERT_GUID_VCEK, vcek },
        { SNP_CERT_GUID_ASK, vendor_ask_der(vendor) },
        { SNP_CERT_GUID_ARK, vendor_ark_der(vendor) },
    }, 3);
}
