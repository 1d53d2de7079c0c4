/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens packets from the guest owner (55766 section 6.6, LAUNCH_SECRET).
 */

#ifndef ASP_PACKET_H
#define ASP_PACKET_H

#include "asp/state.h"

/* A packet as it came, and what it is bound to */
typedef struct AspPacket {
    SevPacketHeader header;
    uint32_t guest_len;         /* bytes of plaintext */
    uint32_t trans_len;         /* bytes of ciphertext */
    uint8_t *data;              /* ciphertext; plaintext once opened */
    const uint8_t *measure;     /* SEV_MAC_SIZE bytes */
} AspPacket;

/*
 * Verifies @packet under TIK, then decrypts its data under TEK, in place.
 * Nothing in it is believed, nor its data touched, before its HMAC is
 * right. Returns SEV_FW_SUCCESS; SEV_FW_BAD_MEASUREMENT for a wrong HMAC;
 * SEV_FW_INVALID_PARAM for unknown flags; SEV_FW_UNSUPPORTED for a
 * compressed one; SEV_FW_RESOURCE_LIMIT when the cryptography fails.
 */
uint32_t asp_packet_open(const AspTransportKeys *keys, AspPacket *packet);

#endif
