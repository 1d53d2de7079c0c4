/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads, judges and makes certificates of a platform (abi/sev-cert.h): PDH,
 * PEK, OCA and CEK. ca-cert.h has the manufacturer's. What comes from a file
 * is read by these two alone.
 *
 * Reading refuses what is not such a certificate at all. What is wrong
 * with a key or a signature is a "flaw": a constant text that a user can
 * read, or NULL when there is none.
 */

#ifndef OWNER_CERT_H
#define OWNER_CERT_H

#include <glib.h>
#include <stdbool.h>
#include "abi/sev-cert.h"
#include "guest-owner/base/p384.h"
#include "guest-owner/chain/ca-cert.h"

/* "PDH" and so on; "?" for what is none of SEV_USAGE_* */
const char *cert_usage_name(uint32_t usage);

/*
 * Reads a certificate of @usage from the first of @len bytes at @data.
 * @name stands for the file in messages.
 */
bool sev_cert_read(const uint8_t *data, size_t len, uint32_t usage,
                   const char *name, SevCert *cert, GError **errp);

/* A flaw of the key, which then verifies nothing */
const char *sev_cert_flaw(const SevCert *cert);

/* A flaw of @signer's signature on @cert, or of @signer's own key */
const char *sev_cert_link_flaw(const SevCert *signer, const SevCert *cert);
const char *cek_link_flaw(const CaCert *signer, const SevCert *cert);

/* The key of a certificate that has no flaw */
void sev_cert_point(const SevCert *cert, P384Point *point);

/*
 * The certificate of @pair's public key, of @usage and @algo, API 0.0,
 * signed by itself.
 */
void sev_cert_make(SevCert *cert, uint32_t usage, uint32_t algo,
                   const P384Pair *pair);

/* SHA-256 over all that is signed: the key and what it may be used for */
void sev_cert_fingerprint(const SevCert *cert,
                          uint8_t fingerprint[CERT_FINGERPRINT_SIZE]);

#endif
