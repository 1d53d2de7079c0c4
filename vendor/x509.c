/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes X.509 certificates. See x509.h. */

#include "vendor/x509.h"

#include "vendor/der.h"
#include "vendor/number.h"
#include "vendor/rsa.h"

#define OID_RSA      "1.2.840.113549.1.1.1"
#define OID_EC       "1.2.840.10045.2.1"
#define OID_P384     "1.3.132.0.34"
#define OID_P256     "1.2.840.10045.3.1.7"

static void put_key(VendorDer *value, const VendorX509 *cert)
{
    static const char algorithm[] = "tbs.key.algorithm";
    gsize size;
    const uint8_t *key = g_bytes_get_data(cert->key, &size);

    vendor_der_put(value, algorithm, "id", cert->is_rsa ? OID_RSA : OID_EC,
                   1);
    if (cert->is_rsa) {
        vendor_der_put(value, algorithm, "parameters", "none", 1);
    } else {
        vendor_der_put(value, algorithm, "parameters", "curve", 1);
        vendor_der_put(value, algorithm, "parameters.curve",
                       cert->is_p256 ? OID_P256 : OID_P384, 1);
    }
    vendor_der_put(value, "tbs.key", "key", key, 8 * size);
}

static void put_tbs(VendorDer *value, const VendorX509 *cert)
{
    char serial[16];

    g_snprintf(serial, sizeof(serial), "%u", cert->serial);
    vendor_der_put(value, "tbs", "version", "2", 0);
    vendor_der_put(value, "tbs", "serial", serial, 0);
    vendor_der_put_algorithm(value, "tbs.algorithm", cert->form,
                             cert->trailer);
    vendor_der_put_name(value, "tbs.issuer", cert->issuer,
                        cert->issuer_organization);
    vendor_der_put_time(value, "tbs.validity.from", cert->from);
    vendor_der_put_time(value, "tbs.validity.to", cert->to);
    vendor_der_put_name(value, "tbs.subject", cert->subject,
                        cert->organization);
    put_key(value, cert);
    vendor_der_put_extensions(value, "tbs.extensions", cert->extensions,
                              cert->nr_extensions);
}

GBytes *vendor_x509_make(const VendorX509 *cert, gcry_sexp_t signer,
                         GError **errp)
{
    VendorDer value;
    GBytes *der;

    vendor_der_begin(&value, "PKIX.Certificate");
    put_tbs(&value, cert);
    vendor_der_put_algorithm(&value, "algorithm", cert->form, cert->trailer);
    der = vendor_der_sign(&value, "certificate", signer, cert->form, errp);
    vendor_der_end(&value);
    return der;
}

/* @modulus: big-endian, with a zero before a byte of 0x80 or more */
static GBytes *public_key(const uint8_t *modulus, size_t size)
{
    VendorDer value;
    GBytes *der;

    vendor_der_begin(&value, "PKIX.RsaKey");
    vendor_der_put(&value, "", "modulus", modulus, size);
    vendor_der_put(&value, "", "exponent", G_STRINGIFY(RSA_EXPONENT), 0);
    der = vendor_der_encode(&value, "");
    vendor_der_end(&value);
    return der;
}

GBytes *vendor_x509_public_key(const uint8_t little[SEV_RSA_MAX_SIZE])
{
    uint8_t modulus[1 + SEV_RSA_MAX_SIZE] = { 0 };

    for (size_t i = 0; i < SEV_RSA_MAX_SIZE; i++) {
        modulus[1 + i] = little[SEV_RSA_MAX_SIZE - 1 - i];
    }
    return public_key(modulus, sizeof(modulus));
}

GBytes *vendor_x509_rsa_key(gcry_sexp_t key)
{
    g_auto(gcry_mpi_t) n = NULL;
    unsigned char *modulus;
    size_t size;
    GBytes *der;

    if (gcry_sexp_extract_param(key, "private-key!rsa", "n", &n, NULL) ||
        gcry_mpi_aprint(GCRYMPI_FMT_STD, &modulus, &size, n)) {
        return NULL;
    }
    der = public_key(modulus, size);
    gcry_free(modulus);
    return der;
}
