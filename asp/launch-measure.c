/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Closes the launch digest and tells the guest owner of it: LAUNCH_MEASURE
 * (55766 section 6.5).
 */

#include <string.h>

#include "asp/commands.h"
#include "asp/crypto.h"
#include "asp/measure.h"

static uint32_t make_measurement(Asp *asp, const AspGuest *guest,
                                 SevMeasureBuffer *result,
                                 uint8_t digest[SEV_DIGEST_SIZE])
{
    uint32_t status;

    status = asp_guest_random(asp, result->mnonce, sizeof(result->mnonce));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (asp_sha256_read(guest->hash, digest) ||
        asp_measure(guest->keys.tik, &asp->snp.current, guest->policy, digest,
                    result->mnonce, result->measure)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    return SEV_FW_SUCCESS;
}

/*
 * Callers ask how long the answer is by offering too little room; they are
 * told in the buffer, and the guest stays as it is.
 */
uint32_t asp_cmd_launch_measure(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdLaunchMeasure *cmd = buf;
    SevMeasureBuffer result;
    uint8_t digest[SEV_DIGEST_SIZE];
    uint32_t status;

    if (le32_get(cmd->reserved)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (le32_get(cmd->len) < sizeof(result)) {
        cmd->len = le32_of(sizeof(result));
        return SEV_FW_INVALID_LEN;
    }
    status = make_measurement(asp, guest, &result, digest);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = asp_write(asp, le64_get(cmd->paddr), &result, sizeof(result));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    cmd->len = le32_of(sizeof(result));
    memcpy(guest->digest, digest, sizeof(guest->digest));
    memcpy(guest->measure, result.measure, sizeof(guest->measure));
    gcry_md_close(guest->hash);
    guest->hash = NULL;
    guest->state = SEV_GSTATE_LSECRET;
    return SEV_FW_SUCCESS;
}
