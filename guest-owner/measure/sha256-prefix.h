/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reckons SHA-256 of many messages that begin with the same megabytes. */

#ifndef OWNER_SHA256_PREFIX_H
#define OWNER_SHA256_PREFIX_H

#include "abi/sev.h"

typedef struct Sha256Prefix Sha256Prefix;

Sha256Prefix *sha256_prefix_new(const void *data, size_t len);

/* The digest of the prefix and @len more bytes; the prefix stays. */
void sha256_prefix_finish(const Sha256Prefix *prefix, const void *data,
                          size_t len, uint8_t digest[SEV_DIGEST_SIZE]);

void sha256_prefix_free(Sha256Prefix *prefix);

#endif
