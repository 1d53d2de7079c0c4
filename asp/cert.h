/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes, signs and checks SEV certificates (55766 appendix C) with keys and
 * signatures on P-384. Pure functions.
 */

#ifndef ASP_CERT_H
#define ASP_CERT_H

#include <stddef.h>

#include "abi/sev-cert.h"
#include "asp/ec.h"
#include "asp/version.h"

/*
 * A certificate for @key, without signatures; a PEK's has the API of the
 * firmware's @version, which may be NULL for others.
 */
void asp_cert_make(SevCert *cert, uint32_t usage, const AspVersion *version,
                   const AspEcPoint *key);

/*
 * Adds a signature by @signer, a key of @usage, in place @index (0 or 1).
 * Returns 0, or -1 when the cryptography fails.
 */
int asp_cert_sign(SevCert *cert, unsigned index, uint32_t usage,
                  const AspEcScalar *signer);

/*
 * Is @cert of the form that firmware makes and takes: a key of @usage on
 * P-384, with all else that is fixed? Its point is then stored in @key, and
 * is one of the curve. Signatures are not looked at. Returns 0, or -1.
 */
int asp_cert_check(const SevCert *cert, uint32_t usage, AspEcPoint *key);

/* ECDSA with SHA-256 of @len bytes, as certificates and reports have it */
int asp_sign(const AspEcScalar *signer, const void *data, size_t len,
             SevEcdsaSignature *signature);

#endif
