/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes and checks certificates of ARK and ASK (55766 appendix B.1). */

#include "vendor/amd-cert.h"

#include <string.h>

#include "vendor/product-table.h"
#include "vendor/rsa.h"

#define SIGNED_SIZE G_STRUCT_OFFSET(AmdCert, signature)

/*
 * The ids are those of AMD's own keys. Tools take a root for one of AMD's by
 * its id, and refuse other ids, so ours must have them too.
 */
bool vendor_cert_make(AmdCert *cert, const VendorProduct *product,
                      uint32_t usage, gcry_sexp_t key, gcry_sexp_t ark,
                      GError **errp)
{
    VendorRsaPublic public;

    memset(cert, 0, sizeof(*cert));
    cert->header.version = le32_of(AMD_CERT_VERSION);
    memcpy(cert->header.key_id,
           usage == SEV_USAGE_ARK ? product->ark_id : product->ask_id,
           sizeof(cert->header.key_id));
    memcpy(cert->header.certifying_id, product->ark_id,
           sizeof(cert->header.certifying_id));
    cert->header.usage = le32_of(usage);
    cert->header.exponent_bits = le32_of(RSA_BITS);
    cert->header.modulus_bits = le32_of(RSA_BITS);
    if (!vendor_rsa_public(key, &public)) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_CRYPTO,
                    "libgcrypt made a key of another size than asked for");
        return false;
    }
    memcpy(cert->exponent, public.exponent, sizeof(cert->exponent));
    memcpy(cert->modulus, public.modulus, sizeof(cert->modulus));
    return vendor_rsa_sign(ark, cert, SIGNED_SIZE, cert->signature, errp);
}

static bool header_valid(const AmdCertHeader *header, uint32_t usage)
{
    static const uint8_t zeros[sizeof(header->reserved)];

    return le32_get(header->version) == AMD_CERT_VERSION &&
           le32_get(header->usage) == usage &&
           le32_get(header->exponent_bits) == RSA_BITS &&
           le32_get(header->modulus_bits) == RSA_BITS &&
           memcmp(header->reserved, zeros, sizeof(zeros)) == 0;
}

bool vendor_cert_valid(const AmdCert *cert, uint32_t usage,
                       const AmdCert *by)
{
    return header_valid(&cert->header, usage) &&
           memcmp(cert->header.certifying_id, by->header.key_id,
                  sizeof(by->header.key_id)) == 0 &&
           vendor_rsa_verify(by->exponent, by->modulus, cert, SIGNED_SIZE,
                             cert->signature);
}

void vendor_fingerprint(const AmdCert *cert,
                        uint8_t fingerprint[VENDOR_FINGERPRINT_SIZE])
{
    gcry_md_hash_buffer(GCRY_MD_SHA256, fingerprint, cert, SIGNED_SIZE);
}
