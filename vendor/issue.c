/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Issues what AMD's key server hands out: certificates of keys, and lists. */

#include "vendor/snp-cert.h"
#include "vendor/state.h"

/* Can what needs @file be had from this manufacturer? */
static bool require(const Vendor *vendor, bool there, const char *file,
                    const char *what, GError **errp)
{
    if (!there) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_MISSING,
                    "%s/%s: expected one, to make a %s, found none",
                    vendor->dir, file, what);
    }
    return there;
}

GBytes *vendor_vcek_cert(const Vendor *vendor, const VendorSubject *subject,
                         int64_t from, GError **errp)
{
    VendorSubject plain = *subject;

    plain.csp_id = NULL;
    if (!require(vendor, vendor->ask_der, VENDOR_ASK_DER, "VCEK", errp)) {
        return NULL;
    }
    return vendor_leaf_cert(vendor->product, &plain, vendor->ask_key, from,
                            errp);
}

GBytes *vendor_vlek_cert(const Vendor *vendor, const VendorSubject *subject,
                         int64_t from, GError **errp)
{
    g_assert(subject->csp_id);
    if (!require(vendor, vendor->asvk_key, VENDOR_ASVK_KEY, "VLEK", errp)) {
        return NULL;
    }
    return vendor_leaf_cert(vendor->product, subject, vendor->asvk_key, from,
                            errp);
}

GBytes *vendor_crl(const Vendor *vendor, bool vlek,
                   const VendorRevoked *list, size_t n, int64_t from,
                   GError **errp)
{
    if (!require(vendor, vendor->ark_key, VENDOR_ARK_KEY, "CRL", errp) ||
        !require(vendor, vendor->ark_der, VENDOR_ARK_DER, "CRL", errp) ||
        (vlek && !require(vendor, vendor->asvk_der, VENDOR_ASVK_DER,
                          "CRL for VLEKs", errp))) {
        return NULL;
    }
    return vendor_revoked_list(vendor->product, vendor->ark_key, list, n,
                               from, errp);
}
