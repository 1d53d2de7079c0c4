/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes tables of certificates for guests. See platform-certs.h. */

#include "platform/platform-certs.h"

#include <string.h>

#include "vendor/cert-table.h"

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
    return vcek ? vendor_cert_table((const VendorTableCert[]) {
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
    return cert ? vendor_cert_table((const VendorTableCert[]) {
        { SNP_CERT_GUID_VLEK, cert },
        { SNP_CERT_GUID_ASK, vendor_asvk_der(vendor) },
        { SNP_CERT_GUID_ARK, vendor_ark_der(vendor) },
    }, 3) : NULL;
}
