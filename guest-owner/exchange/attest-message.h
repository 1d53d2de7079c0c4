/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes and reads the lines of the attestation exchange, one JSON object each
 * (docs/attestation-exchange.md). What the guest says is hostile until it is
 * verified.
 */

#ifndef OWNER_ATTEST_MESSAGE_H
#define OWNER_ATTEST_MESSAGE_H

#include "guest-owner/exchange/attest-seal.h"

typedef enum AttestKind {
    ATTEST_HELLO,               /* the guest begins */
    ATTEST_EVIDENCE,            /* its report, and its key */
    ATTEST_PROOF,               /* that it has the secrets */
} AttestKind;

/* A line of the guest's */
typedef struct AttestMessage {
    AttestKind kind;
    SnpReport report;           /* ATTEST_EVIDENCE: these three */
    GBytes *certs;              /* NULL: none */
    uint8_t key[ATTEST_KEY_SIZE];
    uint8_t proof[ATTEST_HASH_SIZE];    /* ATTEST_PROOF */
} AttestMessage;

/* False: *errp says what is wrong with it. */
bool attest_message_read(const char *line, AttestMessage *message,
                         GError **errp);
void attest_message_clear(AttestMessage *message);

/* Lines of the owner's, with their ends */
char *attest_message_challenge(const uint8_t nonce[ATTEST_NONCE_SIZE]);
char *attest_message_sealed(const AttestSealed *sealed);
char *attest_message_refusal(const char *words);

#endif
