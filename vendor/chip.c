/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a chip, as the factory does: its identity, and the certificate of its
 * key, the CEK.
 */

#include <string.h>

#include "vendor/number.h"
#include "vendor/rsa.h"
#include "vendor/state.h"

/* The point (scalar * base point) of P-384, as a certificate has it */
static bool set_public_key(SevEcPublicKey *key, gcry_ctx_t curve,
                           gcry_mpi_t scalar)
{
    g_auto(gcry_mpi_t) x = gcry_mpi_new(0);
    g_auto(gcry_mpi_t) y = gcry_mpi_new(0);
    gcry_mpi_point_t base = gcry_mpi_ec_get_point("g", curve, 1);
    gcry_mpi_point_t point = gcry_mpi_point_new(0);
    bool ok;

    gcry_mpi_ec_mul(point, scalar, base, curve);
    ok = !gcry_mpi_ec_get_affine(x, y, point, curve) &&
         vendor_number_write(x, key->x, sizeof(key->x)) &&
         vendor_number_write(y, key->y, sizeof(key->y));
    key->curve = le32_of(SEV_CURVE_P384);
    gcry_mpi_point_release(point);
    gcry_mpi_point_release(base);
    return ok;
}

static void empty_signatures(SevCert *cek)
{
    memset(cek->sig, 0, sizeof(cek->sig));
    for (size_t i = 0; i < G_N_ELEMENTS(cek->sig); i++) {
        cek->sig[i].usage = le32_of(SEV_USAGE_NONE);
        cek->sig[i].algo = le32_of(SEV_ALGO_NONE);
    }
}

static bool cek_on(gcry_ctx_t curve, gcry_mpi_t scalar, SevCert *cek)
{
    g_auto(gcry_mpi_t) order = gcry_mpi_ec_get_mpi("n", curve, 1);

    if (gcry_mpi_cmp_ui(scalar, 0) == 0 || gcry_mpi_cmp(scalar, order) >= 0) {
        return false;
    }
    memset(cek, 0, sizeof(*cek));
    cek->version = le32_of(SEV_CERT_VERSION);
    cek->usage = le32_of(SEV_USAGE_CEK);
    cek->algo = le32_of(SEV_ALGO_ECDSA_SHA256);
    empty_signatures(cek);
    return set_public_key(&cek->key, curve, scalar);
}

bool vendor_cek(const uint8_t scalar[VENDOR_SCALAR_SIZE], SevCert *cek)
{
    g_auto(gcry_mpi_t) number = NULL;
    gcry_ctx_t curve = NULL;
    bool ok;

    ok = !gcry_mpi_scan(&number, GCRYMPI_FMT_USG, scalar, VENDOR_SCALAR_SIZE,
                        NULL) &&
         !gcry_mpi_ec_new(&curve, NULL, "NIST P-384") &&
         cek_on(curve, number, cek);
    gcry_ctx_release(curve);
    return ok;
}

bool vendor_sign_cek(const Vendor *vendor, SevCert *cek, GError **errp)
{
    SevCertSignature *sig = &cek->sig[0];

    empty_signatures(cek);
    sig->usage = le32_of(SEV_USAGE_ASK);
    sig->algo = le32_of(SEV_ALGO_RSA_SHA384);
    return vendor_rsa_sign(vendor->ask_key, cek, SEV_CERT_SIGNED_SIZE,
                           sig->rsa, errp);
}

bool vendor_cek_valid(const SevCert *cek, const AmdCert *ask)
{
    const SevCertSignature *sig = &cek->sig[0];

    return le32_get(cek->usage) == SEV_USAGE_CEK &&
           le32_get(sig->usage) == SEV_USAGE_ASK &&
           le32_get(sig->algo) == SEV_ALGO_RSA_SHA384 &&
           vendor_rsa_verify(ask->exponent, ask->modulus, cek,
                             SEV_CERT_SIGNED_SIZE, sig->rsa);
}

bool vendor_make_chip(const Vendor *vendor, VendorChip *chip, GError **errp)
{
    int tries = 100;

    memset(chip->chip_id, 0, sizeof(chip->chip_id));
    gcry_randomize(chip->chip_id,
                   vendor_product_chip_id_size(vendor->product),
                   GCRY_STRONG_RANDOM);
    /* Fewer than one in 2^190 random numbers is not below the order */
    do {
        gcry_randomize(chip->cek_scalar, sizeof(chip->cek_scalar),
                       GCRY_STRONG_RANDOM);
    } while (!vendor_cek(chip->cek_scalar, &chip->cek) && --tries);
    if (!tries) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                    "libgcrypt could not make a P-384 key");
        return false;
    }
    return vendor_sign_cek(vendor, &chip->cek, errp);
}
