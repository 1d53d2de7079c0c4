/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/packet.c: secret packets that come in. Input: changes to the vectors'
 * header, measurement, lengths and ciphertext, in this order.
 */

#include "asp/crypto.h"
#include "asp/packet.h"
#include "fuzz.h"
#include "tests/unit/asp-vectors.h"

/* The vectors' packet, which opens */
static void make_packet(AspPacket *packet, AspTransportKeys *keys,
                        uint8_t measure[SEV_MAC_SIZE])
{
    memcpy(keys->tek, vector_tek, sizeof(keys->tek));
    memcpy(keys->tik, vector_tik, sizeof(keys->tik));
    memcpy(packet->header.iv, vector_iv, sizeof(vector_iv));
    memcpy(packet->header.mac, vector_packet_mac, sizeof(vector_packet_mac));
    memcpy(packet->data, vector_packet, sizeof(vector_packet));
    memcpy(measure, vector_measure_4112, SEV_MAC_SIZE);
}

/* Nothing but the vectors' secret ever comes out. */
static void check(uint32_t status, const AspPacket *packet)
{
    if (status == SEV_FW_SUCCESS) {
        g_assert_cmpmem(packet->data, packet->guest_len,
                        vector_secret, sizeof(vector_secret));
    } else {
        g_assert_cmpuint(status, ==, SEV_FW_BAD_MEASUREMENT);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    uint8_t measure[SEV_MAC_SIZE], payload[SEV_SECRET_MAX_SIZE] = { 0 };
    AspPacket packet = { .data = payload, .measure = measure };
    AspTransportKeys keys;
    uint16_t len = sizeof(vector_packet);

    g_assert_cmpint(asp_crypto_init(), ==, 0);
    make_packet(&packet, &keys, measure);
    fuzz_change(&in, &packet.header, sizeof(packet.header));
    fuzz_change(&in, measure, sizeof(measure));
    fuzz_change(&in, &len, sizeof(len));
    /* Longer ones do not come so far: LAUNCH_SECRET refuses them */
    packet.trans_len = packet.guest_len = MIN(len, sizeof(payload));
    fuzz_change(&in, payload, packet.trans_len);
    check(asp_packet_open(&keys, &packet), &packet);
    return 0;
}
