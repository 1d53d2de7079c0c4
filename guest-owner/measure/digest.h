/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reckons the hashes that signatures are made over. */

#ifndef OWNER_DIGEST_H
#define OWNER_DIGEST_H

#include <stddef.h>
#include <stdint.h>

typedef enum DigestAlgo {
    DIGEST_SHA256,
    DIGEST_SHA384,
} DigestAlgo;

#define DIGEST_MAX_SIZE 48

typedef struct Digest {
    DigestAlgo algo;
    size_t size;
    uint8_t byte[DIGEST_MAX_SIZE];
} Digest;

void digest_make(Digest *digest, DigestAlgo algo, const void *data,
                 size_t len);

/* libgcrypt's name of it, for an S-expression */
const char *digest_name(const Digest *digest);

#endif
