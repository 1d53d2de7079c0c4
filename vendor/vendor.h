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

#define VENDOR_ERROR vendor_error_quark()
GQuark vendor_error_quark(void);

typedef enum VendorError {
    VENDOR_ERROR_FILE,          /* a file that won't do, or can't be read */
    VENDOR_ERROR_MISSING,       /* it is not there */
    VENDOR_ERROR_CRYPTO,        /* libgcrypt can't, or may not */
} VendorError;

/* A manufacturer that can make chips: both certificates and the ASK */
typedef struct Vendor Vendor;

/* Makes libgcrypt ready for use, unless the process has done so. */
bool vendor_init(GError **errp);

/*
 * The manufacturer that is compiled in (keys/milan). Its certificates are
 * checked as those of vendor_load() are.
 */
Vendor *vendor_builtin(GError **errp);

/*
 * Reads DIR/{ark.cert,ask.cert,ask.key}, and ark.der and ask.der if they are
 * there. Refuses what is not a chain: the ARK signed by itself, the ASK by the
 * ARK, the key that of the ASK, the same keys in X.509.
 */
Vendor *vendor_load(const char *dir, GError **errp);

/* NULL is allowed. */
void vendor_free(Vendor *vendor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vendor, vendor_free)

/*
 * Makes another manufacturer: two RSA-4096 keys, which takes seconds, in a
 * new directory @dir: ark.cert, ark.der, ark.key, ask.cert, ask.der and
 * ask.key. Key ids are those of AMD's Milan, by which tools know the format's
 * variant. A @dir that exists is refused.
 */
bool vendor_new(const char *dir, GError **errp);

const AmdCert *vendor_ark(const Vendor *vendor);
const AmdCert *vendor_ask(const Vendor *vendor);

/* The same two as X.509 certificates in DER; NULL: it has none. */
GBytes *vendor_ark_der(const Vendor *vendor);
GBytes *vendor_ask_der(const Vendor *vendor);

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
 * Makes a chip, with an id and a CEK of its own. The caller wipes *chip
 * with vendor_wipe().
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

/* Overwrites @len bytes at @p with zeros; no compiler leaves that out. */
void vendor_wipe(void *p, size_t len);

#endif
