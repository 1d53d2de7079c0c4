/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seals secrets for the key that a SEV-SNP guest has shown in its report:
 * docs/attestation-exchange.md. Public keys here are as abi/attest.h has them.
 */

#ifndef OWNER_ATTEST_SEAL_H
#define OWNER_ATTEST_SEAL_H

#include <glib.h>
#include <stdbool.h>
#include "abi/attest.h"
#include "abi/snp.h"
#include "abi/snp-msg.h"
#include "guest-owner/base/p384.h"

/* What the two have said before the owner seals */
typedef struct AttestTurn {
    uint8_t nonce[ATTEST_NONCE_SIZE];
    uint8_t guest_key[ATTEST_KEY_SIZE];
    SnpReport report;
} AttestTurn;

typedef struct AttestSealed {
    uint8_t owner_key[ATTEST_KEY_SIZE];
    GByteArray *sealed;                 /* and the tag */
    uint8_t proof[ATTEST_HASH_SIZE];    /* what the guest must answer */
} AttestSealed;

/* What REPORT_DATA has to be: it is of the nonce and the guest's key. */
void attest_report_data(const AttestTurn *turn,
                        uint8_t data[ATTEST_HASH_SIZE]);

/*
 * Seals @secrets with a new key @pair, to be wiped after. False: the guest's
 * key is no point on the curve.
 */
bool attest_seal(const AttestTurn *turn, const P384Pair *pair,
                 const GByteArray *secrets, AttestSealed *sealed);

void attest_sealed_clear(AttestSealed *sealed);

/* Compares in a time that tells nothing about what is expected. */
bool attest_proof_is(const AttestSealed *sealed, const void *proof,
                     size_t len);

#endif
