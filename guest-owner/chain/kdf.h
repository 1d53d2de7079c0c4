/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Derives keys as the SEV API does (55766 section 2.2.2). */

#ifndef OWNER_KDF_H
#define OWNER_KDF_H

#include "abi/sev-cert.h"

/*
 * SP 800-108 in counter mode with HMAC-SHA-256: @key_len bytes of key, a
 * label, @context_len bytes of context (NULL: none), to a 16-byte key.
 */
void kdf_derive(const void *key, size_t key_len, const char *label,
                const void *context, size_t context_len,
                uint8_t out[SEV_KEY_SIZE]);

#endif
