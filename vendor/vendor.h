/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands for the manufacturer of emulated chips: does what AMD's key ceremony,
 * its factory and its key server do for real ones. It certifies its signing key
 * (ASK) with its root key (ARK), burns an identity into each chip, and signs
 * the chip's endorsement key (CEK).
 *
 * Nothing of it is secret: the keys that are compiled in lie in public, see
 * keys/README.md.
 *
 * Conventions: a function that can fail returns false or NULL and sets
 * *errp. Messages about a file begin with its name. Pointers are not NULL
 * unless said. vendor_init() comes before all others.
 */

#ifndef VENDOR_VENDOR_H
#define VENDOR_VENDOR_H

#include <glib.h>
#include <stdbool.h>

#include "abi/sev-cert.h"
#include "abi/sev-cmd.h"
#include "abi/snp-data.h"
#include "vendor/product.h"

#define VENDOR_ERROR vendor_error_quark()
GQuark vendor_error_quark(void);

typedef enum VendorError {
    VENDOR_ERROR_FILE,          /* a file that won't do, or can't be read */
    VENDOR_ERROR_MISSING,       /* it is not there */
    VENDOR_ERROR_CRYPTO,        /* libgcrypt can't, or may not */
} VendorError;

/* A manufacturer that can make chips of one product */
typedef struct Vendor Vendor;

/* Makes libgcrypt ready for use, unless the process has done so. */
bool vendor_init(GError **errp);

/*
 * The manufacturer of @product that is compiled in (keys/milan and so on). Its
 * certificates are checked as those of vendor_load() are.
 */
Vendor *vendor_builtin(const VendorProduct *product, GError **errp);

/*
 * Reads DIR/{ark.cert,ask.cert,ask.key}, and what else vendor_new() writes as
 * far as it is there: directories of older programs have no ASVK, or no X.509
 * certificates at all. What can't be done without it then fails with
 * VENDOR_ERROR_MISSING. Refuses what is not a chain: the ARK signed by itself,
 * ASK and ASVK by the ARK, each key that of its certificates, and these of one
 * product, which ark.der names; without one it is Milan.
 */
Vendor *vendor_load(const char *dir, GError **errp);

/* NULL is allowed. */
void vendor_free(Vendor *vendor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vendor, vendor_free)

/*
 * Makes another manufacturer of @product: three RSA-4096 keys, which takes
 * seconds, in a new directory @dir: {ark,ask}.{cert,der,key} and
 * asvk.{der,key}. Key ids are those of AMD's, by which tools know the product.
 * A @dir that exists is refused.
 */
bool vendor_new(const char *dir, const VendorProduct *product, GError **errp);

const VendorProduct *vendor_get_product(const Vendor *vendor);
const AmdCert *vendor_ark(const Vendor *vendor);
const AmdCert *vendor_ask(const Vendor *vendor);

/* X.509 certificates in DER; NULL: it has none. */
GBytes *vendor_ark_der(const Vendor *vendor);
GBytes *vendor_ask_der(const Vendor *vendor);
GBytes *vendor_asvk_der(const Vendor *vendor);

#define VENDOR_FINGERPRINT_SIZE 32

/*
 * What tells a key from others with the same key id, as AMD's firmware
 * reckons it for the root: SHA-256 over all of @cert before the signature.
 */
void vendor_fingerprint(const AmdCert *cert,
                        uint8_t fingerprint[VENDOR_FINGERPRINT_SIZE]);

/*
 * Is @cert version 1, of RSA-4096 with exponent 65537, its reserved bytes
 * zero, its key of @usage, and signed with @by's key, which it names?
 */
bool vendor_cert_valid(const AmdCert *cert, uint32_t usage,
                       const AmdCert *by);

/* A private scalar of P-384, big-endian */
#define VENDOR_SCALAR_SIZE SEV_P384_SIZE

/* A chip as it leaves the factory */
typedef struct VendorChip {
    uint8_t chip_id[SEV_CHIP_ID_SIZE];
    uint8_t cek_scalar[VENDOR_SCALAR_SIZE];
    SevCert cek;                /* signed by the ASK */
} VendorChip;

/*
 * Makes a chip, with an id and a CEK of its own. Turin's ids have 8 bytes, the
 * others are 0. The caller wipes *chip with vendor_wipe().
 */
bool vendor_make_chip(const Vendor *vendor, VendorChip *chip, GError **errp);

/*
 * The certificate of the CEK with the private scalar @scalar, not signed.
 * Returns false when it is no scalar of P-384: 0, or not below the order.
 */
bool vendor_cek(const uint8_t scalar[VENDOR_SCALAR_SIZE], SevCert *cek);

/* Signs @cek with the ASK: the first signature; the second is emptied. */
bool vendor_sign_cek(const Vendor *vendor, SevCert *cek, GError **errp);

/* Is the first signature of @cek, a CEK, one with the key of @ask? */
bool vendor_cek_valid(const SevCert *cek, const AmdCert *ask);

#define VENDOR_CHIP_ID_SIZE 64
#define VENDOR_POINT_SIZE   97  /* 4, X, Y: SEC 1, uncompressed */

/* Whose key a V[CL]EK is */
typedef struct VendorSubject {
    uint8_t point[VENDOR_POINT_SIZE];
    SnpTcbVersion tcb;
    uint8_t chip_id[VENDOR_CHIP_ID_SIZE];   /* Turin's: the first 8 bytes */
    const char *csp_id;         /* of a VLEK, else NULL: it is a VCEK */
} VendorSubject;

/*
 * The X.509 certificate, in DER, of a VCEK, signed by the ASK, or of a VLEK,
 * which has a csp_id, by the ASVK. It is good for 7 years from @from on, in
 * seconds since 1970.
 */
GBytes *vendor_vcek_cert(const Vendor *vendor, const VendorSubject *subject,
                         int64_t from, GError **errp);
GBytes *vendor_vlek_cert(const Vendor *vendor, const VendorSubject *subject,
                         int64_t from, GError **errp);

#define VENDOR_SEED_SIZE  48
#define VENDOR_CSP_ID_MAX 64

/* Can a VLEK's certificate name a provider so: 1 to 64 printable ASCII? */
bool vendor_csp_id_valid(const char *csp_id);

/*
 * A provider's secret for the VLEKs of all of its chips: from the ASVK's
 * private key and its name, so that it need not be kept. It is none, as
 * nothing of an emulated platform is.
 */
bool vendor_vlek_seed(const Vendor *vendor, const char *csp_id,
                      uint8_t seed[VENDOR_SEED_SIZE], GError **errp);

/* A certificate of an authority that is not good any more */
typedef struct VendorRevoked {
    uint32_t serial;            /* vendor_authority_serial() */
    int64_t at;                 /* when, seconds since 1970 */
} VendorRevoked;

/*
 * The list of those that the ARK has revoked, @n of them, in DER, good for a
 * year @from then. @vlek: the one beside the VLEKs, which needs an ASVK.
 */
GBytes *vendor_crl(const Vendor *vendor, bool vlek,
                   const VendorRevoked *list, size_t n, int64_t from,
                   GError **errp);

/* Overwrites @len bytes at @p with zeros; no compiler leaves that out. */
void vendor_wipe(void *p, size_t len);

#endif
