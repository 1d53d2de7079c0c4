/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and reads the lines of the exchange, one JSON object each:
 * docs/attestation-exchange.md. What the owner says comes through the host,
 * so each is checked like any hostile input.
 */

#ifndef GUEST_MESSAGE_H
#define GUEST_MESSAGE_H

#include "guest/unseal.h"

/* Why the owner refuses, as far as it fits, or what is wrong with a line */
typedef struct MessageError {
    bool refused;               /* by the owner, in its words */
    char words[160];
} MessageError;

/* Lines of ours, with their ends; to be freed; NULL: no memory */
char *message_hello(void);
char *message_evidence(const SnpReport *report, const uint8_t *certs,
                       size_t certs_size, const uint8_t key[ATTEST_KEY_SIZE]);
char *message_proof(const uint8_t proof[ATTEST_HASH_SIZE]);

/* Lines of the owner's, without their ends */
bool message_read_challenge(const char *line,
                            uint8_t nonce[ATTEST_NONCE_SIZE],
                            MessageError *error);

/* Sets owner_key, data (to be freed) and size of @sealed. */
bool message_read_sealed(const char *line, Sealed *sealed,
                         MessageError *error);

#endif
