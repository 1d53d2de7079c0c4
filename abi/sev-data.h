/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines what passes between the guest owner and the secure processor in
 * AMD's SEV API (publication 55766). Numbers are little-endian.
 */

#ifndef ABI_SEV_DATA_H
#define ABI_SEV_DATA_H

#include <stdint.h>

#include "abi/le.h"

#define SEV_KEY_SIZE    16      /* TIK, TEK: 128 bits each */
#define SEV_IV_SIZE     16      /* AES-128-CTR's first counter block */
#define SEV_NONCE_SIZE  16      /* MNONCE */
#define SEV_DIGEST_SIZE 32      /* SHA-256: the launch digest */
#define SEV_MAC_SIZE    32      /* HMAC-SHA-256 */

/*
 * First byte of what an HMAC is taken over, so that one can't pass for
 * another: 55766 LAUNCH_SECRET and LAUNCH_MEASURE.
 */
#define SEV_MAC_CONTEXT_SECRET  0x01
#define SEV_MAC_CONTEXT_MEASURE 0x04

/*
 * What LAUNCH_MEASURE writes (55766 section 6.5, LAUNCH_MEASURE, Measurement
 * Buffer), and QMP's query-sev-launch-measure shows in base64.
 */
typedef struct SevMeasureBuffer {
    uint8_t measure[SEV_MAC_SIZE];      /* 0x00: HMAC under TIK, see below */
    uint8_t mnonce[SEV_NONCE_SIZE];     /* 0x20: drawn for this measurement */
} __attribute__((packed)) SevMeasureBuffer;

/* The bytes under the measurement's HMAC (55766 section 6.5) */
typedef struct SevMeasureInput {
    uint8_t context;                    /* 0x00: SEV_MAC_CONTEXT_MEASURE */
    uint8_t api_major;                  /* 0x01 */
    uint8_t api_minor;                  /* 0x02 */
    uint8_t build;                      /* 0x03 */
    le32 policy;                        /* 0x04 */
    uint8_t digest[SEV_DIGEST_SIZE];    /* 0x08: of the launched memory */
    uint8_t mnonce[SEV_NONCE_SIZE];     /* 0x28 */
} __attribute__((packed)) SevMeasureInput;

/*
 * Header of a LAUNCH_SECRET packet (55766 section 6.6, LAUNCH_SECRET, Packet
 * Header Buffer). The payload, AES-128-CTR under TEK, comes apart from it.
 */
typedef struct SevPacketHeader {
    le32 flags;                         /* 0x00: SEV_PACKET_*, others zero */
    uint8_t iv[SEV_IV_SIZE];            /* 0x04 */
    uint8_t mac[SEV_MAC_SIZE];          /* 0x14: HMAC under TIK, see below */
} __attribute__((packed)) SevPacketHeader;

#define SEV_PACKET_COMPRESSED (1u << 0) /* the payload is compressed */

/* Largest payload of a packet, and its granule (55766 section 6.6) */
#define SEV_SECRET_MAX_SIZE  0x4000
#define SEV_SECRET_ALIGNMENT 16

/*
 * The bytes under a packet's HMAC: these, then the ciphertext (trans_len
 * bytes), then the SEV_MAC_SIZE bytes of the measurement that the packet
 * answers (55766 section 6.6).
 */
typedef struct SevSecretMacHead {
    uint8_t context;                    /* 0x00: SEV_MAC_CONTEXT_SECRET */
    le32 flags;                         /* 0x01: the header's */
    uint8_t iv[SEV_IV_SIZE];            /* 0x05: the header's */
    le32 guest_len;                     /* 0x15: bytes of plaintext */
    le32 trans_len;                     /* 0x19: bytes of ciphertext */
} __attribute__((packed)) SevSecretMacHead;

#endif
