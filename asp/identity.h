/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the platform's identity (55766 section 2.1, Platform Keys): its keys,
 * and the certificates that make them a chain from the manufacturer to the
 * PDH.
 */

#ifndef ASP_IDENTITY_H
#define ASP_IDENTITY_H

#include "asp/asp.h"
#include "asp/cert.h"

typedef struct AspKeyPair {
    AspEcScalar scalar;
    SevCert cert;
} AspKeyPair;

/* The keys that firmware makes and keeps in flash */
typedef struct AspIdentity {
    AspKeyPair oca;     /* owner: the platform itself; signed by itself */
    AspKeyPair pek;     /* signed by OCA and CEK; signs reports and the PDH */
    AspKeyPair pdh;     /* signed by PEK; guest owners agree on keys with it */
} AspIdentity;

/* The chip's private key, as its fuses have it */
AspEcScalar asp_identity_cek(const AspFuses *fuses);

/*
 * A new identity, or only a new PDH for it, of the chip with @fuses.
 * Returns SEV_FW_SUCCESS; SEV_FW_HWERROR_PLATFORM without random numbers;
 * SEV_FW_RESOURCE_LIMIT when the cryptography fails.
 */
uint32_t asp_identity_make(Asp *asp, AspIdentity *identity);
uint32_t asp_identity_make_pdh(Asp *asp, AspIdentity *identity);

/*
 * The chain under the PDH. The CEK's certificate is without a signature:
 * only the manufacturer can sign it, and publishes it by chip id. Returns
 * 0, or -1 when the cryptography fails.
 */
int asp_identity_chain(const AspFuses *fuses, const AspIdentity *identity,
                       SevCertChain *chain);

#endif
