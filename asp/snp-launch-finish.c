/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the launch digest final: SNP_LAUNCH_FINISH (56860 section 8.18). If
 * the guest owner has said beforehand what it has to be, in an ID block, the
 * guest runs only when it is.
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/snp-commands.h"
#include "asp/snp-id-block.h"

static uint32_t check_id_block(Asp *asp, const AspSnpGuest *guest,
                               const SnpCmdLaunchFinish *cmd,
                               AspSnpIdentity *identity)
{
    bool has_author = le64_get(cmd->flags) & SNP_LAUNCH_FINISH_AUTH_KEY;
    SnpIdBlock block;
    SnpIdAuth auth;
    uint32_t status;

    /* Each is read once: the caller can change it. */
    status = asp_read(asp, le64_get(cmd->id_block_paddr), &block,
                      sizeof(block));
    if (status == SEV_FW_SUCCESS) {
        status = asp_read(asp, le64_get(cmd->id_auth_paddr), &auth,
                          sizeof(auth));
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_snp_id_block_check(&block, &auth, has_author, identity);
    }
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (!asp_equal(block.launch_digest, guest->digest, SNP_DIGEST_SIZE)) {
        return SEV_FW_BAD_MEASUREMENT;
    }
    return le64_get(block.policy) == guest->policy ? SEV_FW_SUCCESS
                                                   : SEV_FW_POLICY_FAILURE;
}

uint32_t asp_snp_cmd_launch_finish(Asp *asp, AspSnpGuest *guest,
                                   const void *buf)
{
    const SnpCmdLaunchFinish *cmd = buf;
    uint64_t flags = le64_get(cmd->flags);
    AspSnpIdentity identity = { 0 };
    uint32_t status;

    if (flags & SNP_LAUNCH_FINISH_RESERVED ||
        (flags & SNP_LAUNCH_FINISH_AUTH_KEY &&
         !(flags & SNP_LAUNCH_FINISH_ID_BLOCK))) {
        return SEV_FW_INVALID_PARAM;
    }
    if (flags & SNP_LAUNCH_FINISH_ID_BLOCK) {
        status = check_id_block(asp, guest, cmd, &identity);
        if (status != SEV_FW_SUCCESS) {
            return status;
        }
    }
    guest->identity = identity;
    guest->vcek_disabled = flags & SNP_LAUNCH_FINISH_VCEK_DIS;
    memcpy(guest->host_data, cmd->host_data, sizeof(guest->host_data));
    guest->state = SNP_GSTATE_RUNNING;
    return SEV_FW_SUCCESS;
}
