/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knows what a manufacturer has, and makes libgcrypt ready. See vendor.h. */

#include "vendor/vendor.h"

#include "vendor/state.h"

/* Nothing newer is used */
#define GCRYPT_LEAST_VERSION "1.9.0"

GQuark vendor_error_quark(void)
{
    return g_quark_from_static_string("sevemu-vendor");
}

bool vendor_init(GError **errp)
{
    /* gcry_check_version() is what initializes, so it has to come first */
    if (!gcry_check_version(GCRYPT_LEAST_VERSION)) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                    "libgcrypt %s or later is needed, found %s",
                    GCRYPT_LEAST_VERSION, gcry_check_version(NULL));
        return false;
    }
    if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
        gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
    return true;
}

void vendor_wipe(void *p, size_t len)
{
    volatile uint8_t *byte = p; /* volatile keeps the stores */

    while (len--) {
        *byte++ = 0;
    }
}

void vendor_free(Vendor *vendor)
{
    if (vendor) {
        gcry_sexp_release(vendor->ark_key);
        gcry_sexp_release(vendor->ask_key);
        gcry_sexp_release(vendor->asvk_key);
        g_clear_pointer(&vendor->ark_der, g_bytes_unref);
        g_clear_pointer(&vendor->ask_der, g_bytes_unref);
        g_clear_pointer(&vendor->asvk_der, g_bytes_unref);
        g_free(vendor->dir);
        g_free(vendor);
    }
}

const VendorProduct *vendor_get_product(const Vendor *vendor)
{
    return vendor->product;
}

const AmdCert *vendor_ark(const Vendor *vendor)
{
    return &vendor->ark;
}

const AmdCert *vendor_ask(const Vendor *vendor)
{
    return &vendor->ask;
}

GBytes *vendor_ark_der(const Vendor *vendor)
{
    return vendor->ark_der;
}

GBytes *vendor_ask_der(const Vendor *vendor)
{
    return vendor->ask_der;
}

GBytes *vendor_asvk_der(const Vendor *vendor)
{
    return vendor->asvk_der;
}
