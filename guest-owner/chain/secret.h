/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seals secrets on their way to the guest: OVMF's table of secrets
 * (abi/ovmf.h) and the LAUNCH_SECRET packet it travels in (55766 section 6.6).
 */

#ifndef OWNER_SECRET_H
#define OWNER_SECRET_H

#include <glib.h>
#include <stdbool.h>
#include "abi/guid.h"
#include "abi/sev.h"

typedef struct Secret {
    AbiGuid guid;
    GBytes *value;
} Secret;

void secret_free(Secret *secret);

/*
 * The table that holds @secrets (of Secret *), padded with zeros to the
 * packet's granule. Fails when it is too large for a packet.
 */
GByteArray *secret_table(GPtrArray *secrets, GError **errp);

typedef struct SecretPacket {
    SevPacketHeader header;
    GByteArray *payload;
} SecretPacket;

/*
 * Encrypts @table, which the packet takes over, under @tek with @iv, and
 * binds it to the launch that measured to @measure.
 */
void secret_packet_seal(SecretPacket *packet, GByteArray *table,
                        const uint8_t tik[SEV_KEY_SIZE],
                        const uint8_t tek[SEV_KEY_SIZE],
                        const uint8_t iv[SEV_IV_SIZE],
                        const uint8_t measure[SEV_MAC_SIZE]);

void secret_packet_clear(SecretPacket *packet);

#endif
