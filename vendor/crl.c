/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes lists of revoked certificates. See crl.h. */

#include "vendor/crl.h"

#include "vendor/der.h"

static void put_revoked(VendorDer *value, const VendorRevoked *revoked)
{
    char serial[16];

    g_snprintf(serial, sizeof(serial), "%u", revoked->serial);
    vendor_der_add(value, "tbs.revoked", "");
    vendor_der_put(value, "tbs.revoked.?LAST", "serial", serial, 0);
    vendor_der_put_time(value, "tbs.revoked.?LAST.date", revoked->at);
}

static void put_list(VendorDer *value, const VendorCrl *crl)
{
    vendor_der_put(value, "tbs", "version", "1", 0);
    vendor_der_put_algorithm(value, "tbs.algorithm", VENDOR_RSA_PSS_SHA384,
                             true);
    vendor_der_put_name(value, "tbs.issuer", crl->issuer, NULL);
    vendor_der_put_time(value, "tbs.thisUpdate", crl->from);
    vendor_der_put_time(value, "tbs.nextUpdate", crl->to);
    /* A list of none is not there at all. */
    if (!crl->nr_revoked) {
        vendor_der_put(value, "tbs.revoked", "", NULL, 0);
    }
    for (size_t i = 0; i < crl->nr_revoked; i++) {
        put_revoked(value, &crl->revoked[i]);
    }
    vendor_der_put_extensions(value, "tbs.extensions", crl->extensions,
                              crl->nr_extensions);
}

GBytes *vendor_crl_make(const VendorCrl *crl, gcry_sexp_t signer,
                        GError **errp)
{
    VendorDer value;
    GBytes *der;

    vendor_der_begin(&value, "PKIX.CertificateList");
    put_list(&value, crl);
    vendor_der_put_algorithm(&value, "algorithm", VENDOR_RSA_PSS_SHA384, true);
    der = vendor_der_sign(&value, "list of revoked certificates", signer,
                          VENDOR_RSA_PSS_SHA384, errp);
    vendor_der_end(&value);
    return der;
}
