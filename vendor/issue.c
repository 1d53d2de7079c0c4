/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Issues what AMD's key server hands out: certificates of keys, and lists. */

#include <string.h>

#include "vendor/rsa.h"
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

bool vendor_csp_id_valid(const char *csp_id)
{
    size_t len = strlen(csp_id);

    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isprint(csp_id[i])) {
            return false;
        }
    }
    return len >= 1 && len <= VENDOR_CSP_ID_MAX;
}

bool vendor_vlek_seed(const Vendor *vendor, const char *csp_id,
                      uint8_t seed[VENDOR_SEED_SIZE], GError **errp)
{
    g_autofree char *key = NULL;
    g_autoptr(GHmac) hmac = NULL;
    gsize len = VENDOR_SEED_SIZE;

    if (!require(vendor, vendor->asvk_key, VENDOR_ASVK_KEY, "VLEK", errp)) {
        return false;
    }
    key = vendor_rsa_print(vendor->asvk_key);
    hmac = g_hmac_new(G_CHECKSUM_SHA384, (const guchar *)key, strlen(key));
    vendor_wipe(key, strlen(key));
    g_hmac_update(hmac, (const guchar *)csp_id, -1);
    g_hmac_get_digest(hmac, seed, &len);
    return true;
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
