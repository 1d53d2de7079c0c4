/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a guest context its policy and keys: SNP_LAUNCH_START (56860 section
 * 8.16).
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/snp-commands.h"
#include "asp/snp-policy.h"
#include "asp/snp-tsc.h"

/*
 * There are no migration agents; a policy that does not allow one is the first
 * to say no.
 */
static uint32_t check(const Asp *asp, const SnpCmdLaunchStart *cmd)
{
    uint32_t flags = le32_get(cmd->flags);
    uint64_t policy = le64_get(cmd->policy);
    uint32_t status;

    if (flags & SNP_LAUNCH_START_RESERVED ||
        (flags & SNP_LAUNCH_START_IMI && !(flags & SNP_LAUNCH_START_MA))) {
        return SEV_FW_INVALID_PARAM;
    }
    status = asp_snp_policy_check(&asp->snp, policy);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (flags & SNP_LAUNCH_START_MA) {
        return policy & SNP_GPOLICY_MIGRATE_MA ? SEV_FW_UNSUPPORTED
                                               : SEV_FW_POLICY_FAILURE;
    }
    return SEV_FW_SUCCESS;
}

static uint32_t draw_keys(Asp *asp, AspSnpGuest *guest)
{
    uint32_t status = asp_guest_random(asp, guest->vek, sizeof(guest->vek));

    if (status == SEV_FW_SUCCESS) {
        status = asp_guest_random(asp, guest->vmpck, sizeof(guest->vmpck));
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_guest_random(asp, guest->vmrk, sizeof(guest->vmrk));
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_guest_random(asp, guest->report_id,
                                  sizeof(guest->report_id));
    }
    if (status != SEV_FW_SUCCESS) {
        asp_wipe(guest->vek, sizeof(guest->vek));
        asp_wipe(guest->vmpck, sizeof(guest->vmpck));
        asp_wipe(guest->vmrk, sizeof(guest->vmrk));
    }
    return status;
}

uint32_t asp_snp_cmd_launch_start(Asp *asp, AspSnpGuest *guest,
                                  const void *buf)
{
    const SnpCmdLaunchStart *cmd = buf;
    uint32_t status;

    status = check(asp, cmd);
    if (status == SEV_FW_SUCCESS) {
        status = asp_snp_tsc_choose(asp, guest,
                                    le32_get(cmd->desired_tsc_khz));
    }
    if (status == SEV_FW_SUCCESS) {
        status = draw_keys(asp, guest);
    }
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    guest->policy = le64_get(cmd->policy);
    guest->launch_tcb = asp->snp.current.tcb;
    memcpy(guest->gosvw, cmd->gosvw, sizeof(guest->gosvw));
    guest->state = SNP_GSTATE_LAUNCH;
    return SEV_FW_SUCCESS;
}
