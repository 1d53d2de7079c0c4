/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and judges the manufacturer's certificates, ARK and ASK
 * (abi/sev-cert.h). Flaws are as in cert.h.
 */

#ifndef OWNER_CA_CERT_H
#define OWNER_CA_CERT_H

#include <glib.h>
#include <stdbool.h>
#include "abi/sev-cert.h"
#include "guest-owner/base/rsa.h"
#include "guest-owner/measure/digest.h"

/* A manufacturer's certificate of either key size, RSA-2048 or RSA-4096 */
typedef struct CaCert {
    uint8_t key_id[16];
    uint8_t certifying_id[16];
    uint32_t usage;             /* SEV_USAGE_ARK or SEV_USAGE_ASK */
    size_t number_size;         /* bytes of its numbers: 256 or 512 */
    size_t size;                /* of the whole */
    uint8_t raw[sizeof(AmdCert)];
} CaCert;

#define CERT_FINGERPRINT_SIZE 32

/*
 * Reads an ARK or ASK, whichever it is, from the first of @len bytes at @data;
 * it took @cert->size of them. @name stands for the file in messages.
 */
bool ca_cert_read(const uint8_t *data, size_t len, const char *name,
                  CaCert *cert, GError **errp);

/*
 * What the ARK of a key of RSA-4096 is as a certificate of SEV with this id,
 * but for the signature
 */
void ca_cert_of_key(const RsaKey *key, const uint8_t key_id[16],
                    CaCert *cert);

/* A flaw of the key, which then verifies nothing */
const char *ca_cert_flaw(const CaCert *cert);

/* A flaw of @signer's signature on @cert, or of @signer's own key */
const char *ca_cert_link_flaw(const CaCert *signer, const CaCert *cert);

/*
 * Whether @signature, little-endian in SEV_RSA_MAX_SIZE bytes, is @signer's
 * on @digest
 */
bool ca_cert_verifies(const CaCert *signer, const Digest *digest,
                      const uint8_t signature[SEV_RSA_MAX_SIZE]);

/* SHA-256 over all that is signed: the key and what it may be used for */
void ca_cert_fingerprint(const CaCert *cert,
                         uint8_t fingerprint[CERT_FINGERPRINT_SIZE]);

#endif
