/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines what a SEV-SNP guest and its owner agree on when the guest asks for
 * its secrets: docs/attestation-exchange.md has the conversation, and why it
 * is as it is. Sizes are in bytes. Each label is hashed with its final NUL.
 */

#ifndef ABI_ATTEST_H
#define ABI_ATTEST_H

#define ATTEST_VERSION 1

/* The virtio serial port between them */
#define ATTEST_PORT_NAME "org.sevemu.attest"

/* The longest line, without its end */
#define ATTEST_LINE_MAX 65536

#define ATTEST_NONCE_SIZE 32

/* P-384, SEC 1 section 2.3.3, uncompressed: 4, X, Y */
#define ATTEST_COORDINATE_SIZE 48
#define ATTEST_KEY_SIZE (1 + 2 * ATTEST_COORDINATE_SIZE)
#define ATTEST_KEY_UNCOMPRESSED 4

/* SHA-512, and what HMAC makes with it */
#define ATTEST_HASH_SIZE 64

/* Of SHA-512 over: this, nonce, the guest's key. It is REPORT_DATA. */
#define ATTEST_LABEL_REPORT "sevemu attest 1 report"

/* Of SHA-512 over: this, nonce, both keys (guest's first), report */
#define ATTEST_LABEL_TRANSCRIPT "sevemu attest 1 transcript"

/*
 * HKDF with SHA-512 (RFC 5869) of what ECDH gives, X: the transcript's hash is
 * the salt, this is the info, 64 bytes are its output: a key for AES-256-GCM,
 * and one for the proof.
 */
#define ATTEST_LABEL_KEYS "sevemu attest 1 keys"
#define ATTEST_SECRET_KEY_SIZE 32
#define ATTEST_PROOF_KEY_SIZE 32

/*
 * Secrets are sealed with an IV of zeros (a key seals once) and the
 * transcript's hash as additional data; the tag comes last.
 */
#define ATTEST_IV_SIZE 12
#define ATTEST_TAG_SIZE 16

/* HMAC-SHA-512 over: this, the table of secrets. The proof */
#define ATTEST_LABEL_PROOF "sevemu attest 1 proof"

/* Largest table of secrets, and table of certificates */
#define ATTEST_SECRETS_MAX 0x4000
#define ATTEST_CERTS_MAX 0x4000

#endif
