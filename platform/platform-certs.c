/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes tables of certificates for guests. See platform-certs.h. */

#include "platform/platform-certs.h"

#include <string.h>

#include "abi/snp-certs.h"

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

static GBytes *set_failed(const char *what, GError **errp)
{
    g_set_error(errp, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_FAILED,
                "libgcrypt could not derive the %s", what);
    return NULL;
}

/* Seconds since 1970: a certificate is good from when it is made on */
static int64_t now(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

GBytes *platform_certs_vcek(const AspFuses *fuses, const Vendor *vendor,
                            const uint8_t tcb[SNP_TCB_SIZE], GError **errp)
{
    VendorSubject subject = { .point = { 4 } };
    g_autoptr(GBytes) vcek = NULL;

    memcpy(subject.tcb.byte, tcb, SNP_TCB_SIZE);
    memcpy(subject.chip_id, fuses->chip_id, sizeof(subject.chip_id));
    if (asp_vcek_public(fuses, tcb, subject.point + 1,
                        subject.point + 1 + SEV_P384_SIZE)) {
        return set_failed("VCEK", errp);
    }
    vcek = vendor_vcek_cert(vendor, &subject, now(), errp);
    return vcek ? platform_certs_table((const PlatformCert[]) {
        { SNP_CERT_GUID_VCEK, vcek },
        { SNP_CERT_GUID_ASK, vendor_ask_der(vendor) },
        { SNP_CERT_GUID_ARK, vendor_ark_der(vendor) },
    }, 3) : NULL;
}

GBytes *platform_certs_vlek(const PlatformVlek *vlek, const Vendor *vendor,
                            const uint8_t tcb[SNP_TCB_SIZE], GError **errp)
{
    VendorSubject subject = { .point = { 4 }, .csp_id = vlek->csp_id };
    g_autoptr(GBytes) cert = NULL;

    memcpy(subject.tcb.byte, tcb, SNP_TCB_SIZE);
    if (asp_vlek_public(vlek->seed, tcb, subject.point + 1,
                        subject.point + 1 + SEV_P384_SIZE)) {
        return set_failed("VLEK", errp);
    }
    cert = vendor_vlek_cert(vendor, &subject, now(), errp);
    return cert ? platform_certs_table((const PlatformCert[]) {
        { SNP_CERT_GUID_VLEK, cert },
        { SNP_CERT_GUID_ASK, vendor_asvk_der(vendor) },
        { SNP_CERT_GUID_ARK, vendor_ark_der(vendor) },
    }, 3) : NULL;
}
