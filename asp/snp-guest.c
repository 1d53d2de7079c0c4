/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles commands of SEV-SNP for guests in any state (56860 chapter 8):
 * SNP_GCTX_CREATE, SNP_DECOMMISSION, SNP_ACTIVATE, SNP_GUEST_STATUS.
 */

#include "asp/context.h"
#include "asp/crypto.h"
#include "asp/snp-commands.h"
#include "asp/snp-context.h"
#include "asp/snp-rmp.h"

/* 56860 SNP_GCTX_CREATE: a Firmware page becomes a guest's context */
uint32_t asp_snp_cmd_gctx_create(Asp *asp, AspSnpGuest *guest,
                                 const void *buf)
{
    const SnpCmdAddr *cmd = buf;
    uint64_t gctx = le64_get(cmd->paddr);
    uint32_t status;

    if (asp_snp_count(asp) == ASP_MAX_SNP_GUESTS) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = asp_page_move(asp, gctx, RMP_FIRMWARE, RMP_CONTEXT);
    if (status == SEV_FW_SUCCESS) {
        asp_snp_new(asp, gctx);
    }
    return status;
}

/*
 * 56860 SNP_DECOMMISSION. The page is Firmware again; if it can't be, some-
 * body has reached for what is firmware's alone, and the guest ends anyhow.
 */
uint32_t asp_snp_cmd_decommission(Asp *asp, AspSnpGuest *guest,
                                  const void *buf)
{
    asp_page_move(asp, guest->gctx, RMP_CONTEXT, RMP_FIRMWARE);
    asp_wipe(guest, sizeof(*guest));
    return SEV_FW_SUCCESS;
}

/*
 * 56860 SNP_ACTIVATE: the guest gets an ASID, one of those that SEV-ES guests
 * have, for its whole life. As with SEV's ACTIVATE there are no caches to
 * flush before.
 */
uint32_t asp_snp_cmd_activate(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    const SnpCmdActivate *cmd = buf;
    uint32_t asid = le32_get(cmd->asid);

    if (asid == SEV_ASID_NONE || asid >= ASP_MIN_SEV_ASID) {
        return SEV_FW_INVALID_ASID;
    }
    return asp_asid_take(asp, &guest->asid, asid);
}

/* 56860 SNP_GUEST_STATUS */
uint32_t asp_snp_cmd_guest_status(Asp *asp, AspSnpGuest *guest,
                                  const void *buf)
{
    const SnpCmdGuestStatus *cmd = buf;
    uint64_t paddr = le64_get(cmd->paddr);
    SnpGuestStatus result = {
        .policy = le64_of(guest->policy),
        .asid = le32_of(guest->asid),
        .state = guest->state,
    };
    uint32_t status = asp_page_check_answer(asp, paddr, sizeof(result));

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_write(asp, paddr, &result, sizeof(result));
}
