/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_UPDATE_VMSA (55766 section 6.4): takes the state that a vCPU of a
 * SEV-ES guest begins with into the launch digest. What is in it is the
 * hypervisor's choice, and the guest owner's to judge by the measurement.
 * Memory is not encrypted yet, so its content stays as it is.
 */

#include "abi/vmsa.h"
#include "asp/commands.h"
#include "asp/launch-digest.h"

static uint32_t check(const AspGuest *guest, const SevCmdLaunchUpdateVmsa *cmd)
{
    if (le32_get(cmd->reserved)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (!(guest->policy & SEV_GPOLICY_ES)) {
        return SEV_FW_POLICY_FAILURE;
    }
    if (guest->asid == SEV_ASID_NONE) {
        return SEV_FW_INACTIVE;
    }
    if (le32_get(cmd->len) != SEV_VMSA_SIZE) {
        return SEV_FW_INVALID_LEN;
    }
    /* Which also keeps the page from wrapping around */
    if (le64_get(cmd->paddr) % SEV_VMSA_SIZE) {
        return SEV_FW_INVALID_ADDRESS;
    }
    return SEV_FW_SUCCESS;
}

uint32_t asp_cmd_launch_update_vmsa(Asp *asp, AspGuest *guest, void *buf)
{
    const SevCmdLaunchUpdateVmsa *cmd = buf;
    uint32_t status = check(guest, cmd);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_launch_digest_add(asp, guest, le64_get(cmd->paddr),
                                 SEV_VMSA_SIZE);
}
