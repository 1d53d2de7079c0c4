/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_SECRET (55766 section 6.6; LAUNCH_UPDATE_SECRET to Linux): puts
 * what the guest owner sent into the guest's memory.
 */

#include "asp/commands.h"
#include "asp/crypto.h"
#include "asp/packet.h"

/*
 * The plaintext is not compressed (asp_packet_open() refuses that), so it
 * is as long as the ciphertext.
 */
static uint32_t check(const AspGuest *guest,
                      const SevCmdLaunchUpdateSecret *cmd)
{
    uint32_t guest_len = le32_get(cmd->guest_len);

    if (le32_get(cmd->reserved1) || le32_get(cmd->reserved2) ||
        le32_get(cmd->reserved3)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (guest->asid == SEV_ASID_NONE) {
        return SEV_FW_INACTIVE;
    }
    if (le32_get(cmd->hdr_len) != sizeof(SevPacketHeader) ||
        guest_len == 0 || guest_len > SEV_SECRET_MAX_SIZE ||
        guest_len % SEV_SECRET_ALIGNMENT ||
        le32_get(cmd->trans_len) != le32_get(cmd->guest_len)) {
        return SEV_FW_INVALID_LEN;
    }
    if (le64_get(cmd->guest_paddr) % SEV_SECRET_ALIGNMENT) {
        return SEV_FW_INVALID_ADDRESS;
    }
    return SEV_FW_SUCCESS;
}

/* Reads each part of the packet once: the caller can change it meanwhile. */
static uint32_t read_packet(Asp *asp, const SevCmdLaunchUpdateSecret *cmd,
                            AspPacket *packet)
{
    uint32_t status;

    status = asp_read(asp, le64_get(cmd->hdr_paddr), &packet->header,
                      sizeof(packet->header));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_read(asp, le64_get(cmd->trans_paddr), packet->data,
                    packet->trans_len);
}

uint32_t asp_cmd_launch_update_secret(Asp *asp, AspGuest *guest, void *buf)
{
    const SevCmdLaunchUpdateSecret *cmd = buf;
    uint8_t data[SEV_SECRET_MAX_SIZE];
    AspPacket packet = {
        .guest_len = le32_get(cmd->guest_len),
        .trans_len = le32_get(cmd->trans_len),
        .data = data,
        .measure = guest->measure,
    };
    uint32_t status;

    status = check(guest, cmd);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = read_packet(asp, cmd, &packet);
    if (status == SEV_FW_SUCCESS) {
        status = asp_packet_open(&guest->keys, &packet);
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_write_private(asp, guest, le64_get(cmd->guest_paddr),
                                   data, packet.guest_len);
    }
    asp_wipe(data, sizeof(data));
    return status;
}
