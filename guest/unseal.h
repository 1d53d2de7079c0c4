/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the key that a guest's secrets are sealed for, and opens what was
 * sealed: docs/attestation-exchange.md. Nothing is to be called before
 * unseal_init().
 */

#ifndef GUEST_UNSEAL_H
#define GUEST_UNSEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/attest.h"
#include "abi/snp-msg.h"

/* False when libgcrypt will not do. */
bool unseal_init(void);

typedef struct UnsealKey UnsealKey;

/* A new key; NULL when there is none to be had */
UnsealKey *unseal_key_new(void);

/* One that is known, big-endian, for tests */
UnsealKey *unseal_key_from(const uint8_t scalar[ATTEST_COORDINATE_SIZE],
                           const uint8_t public[ATTEST_KEY_SIZE]);

void unseal_key_free(UnsealKey *key);

const uint8_t *unseal_public(const UnsealKey *key);

/* What to put into the report: it is of the nonce and the key. */
void unseal_report_data(const UnsealKey *key,
                        const uint8_t nonce[ATTEST_NONCE_SIZE],
                        uint8_t data[ATTEST_HASH_SIZE]);

/* What the owner sealed, and for which conversation */
typedef struct Sealed {
    uint8_t nonce[ATTEST_NONCE_SIZE];
    SnpReport report;
    uint8_t owner_key[ATTEST_KEY_SIZE];
    uint8_t *data;              /* and the tag; opened in place */
    size_t size;                /* with the tag */
} Sealed;

/*
 * Opens it: @sealed->data has @size - ATTEST_TAG_SIZE bytes of secrets then.
 * False, and none of them there, when it was not sealed for this key and
 * conversation.
 */
bool unseal(const UnsealKey *key, Sealed *sealed,
            uint8_t proof[ATTEST_HASH_SIZE]);

/* Overwrites @size bytes with zeros. */
void unseal_wipe(void *data, size_t size);

#endif
