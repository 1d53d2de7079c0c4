/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens packets from the guest owner: pure functions.
 */

#include "asp/packet.h"

#include <string.h>

#include "asp/crypto.h"

static uint32_t verify(const AspTransportKeys *keys, const AspPacket *packet)
{
    SevSecretMacHead head = {
        .context = SEV_MAC_CONTEXT_SECRET,
        .flags = packet->header.flags,
        .guest_len = le32_of(packet->guest_len),
        .trans_len = le32_of(packet->trans_len),
    };
    const AspBytes pieces[] = {
        { &head, sizeof(head) },
        { packet->data, packet->trans_len },
        { packet->measure, SEV_MAC_SIZE },
    };
    const AspBytes tik = { keys->tik, sizeof(keys->tik) };
    uint8_t mac[SEV_MAC_SIZE];

    memcpy(head.iv, packet->header.iv, sizeof(head.iv));
    if (asp_hmac(tik, pieces, sizeof(pieces) / sizeof(pieces[0]), mac)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    if (!asp_equal(mac, packet->header.mac, sizeof(mac))) {
        return SEV_FW_BAD_MEASUREMENT;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_packet_open(const AspTransportKeys *keys, AspPacket *packet)
{
    uint32_t flags = le32_get(packet->header.flags);
    uint32_t status;

    status = verify(keys, packet);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (flags & ~SEV_PACKET_COMPRESSED) {
        return SEV_FW_INVALID_PARAM;
    }
    if (flags & SEV_PACKET_COMPRESSED) {
        return SEV_FW_UNSUPPORTED;
    }
    if (asp_aes_ctr(keys->tek, packet->header.iv, packet->data,
                    packet->trans_len)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    return SEV_FW_SUCCESS;
}
