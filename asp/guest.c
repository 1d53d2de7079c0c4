/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles commands for guests in any state (55766 chapter 6, Guest Management
 * API): DECOMMISSION, ACTIVATE, DEACTIVATE, GUEST_STATUS.
 */

#include "asp/commands.h"
#include "asp/context.h"

/*
 * 55766 DECOMMISSION. The last guest's leaves the platform in INIT. Its key
 * must be out of the memory controller first.
 */
uint32_t asp_cmd_decommission(Asp *asp, AspGuest *guest, void *buf)
{
    if (guest->asid != SEV_ASID_NONE) {
        return SEV_FW_ACTIVE;
    }
    asp_guest_free(guest);
    if (asp_guest_count(asp) == 0) {
        asp->state = SEV_PSTATE_INIT;
    }
    return SEV_FW_SUCCESS;
}

/* Guests with SEV-ES have the low ASIDs to themselves, others the rest. */
static bool asid_fits(const AspGuest *guest, uint32_t asid)
{
    bool es = guest->policy & SEV_GPOLICY_ES;

    if (asid == SEV_ASID_NONE || asid > ASP_MAX_ASID) {
        return false;
    }
    return es == (asid < ASP_MIN_SEV_ASID);
}

/*
 * 55766 ACTIVATE: the guest gets an ASID.
 *
 * Real firmware takes an ASID that another guest has had only after WBINVD
 * on all cores and DF_FLUSH, else data of the old guest could still be in
 * caches. Here are no caches to flush: an ASID is free from DEACTIVATE on,
 * and WBINVD_REQUIRED and DF_FLUSH_REQUIRED are not answered.
 */
uint32_t asp_cmd_activate(Asp *asp, AspGuest *guest, void *buf)
{
    const SevCmdActivate *cmd = buf;
    uint32_t asid = le32_get(cmd->asid);

    if (!asid_fits(guest, asid)) {
        return SEV_FW_INVALID_ASID;
    }
    return asp_asid_take(asp, &guest->asid, asid);
}

/* 55766 DEACTIVATE: the guest loses its ASID; it can get another */
uint32_t asp_cmd_deactivate(Asp *asp, AspGuest *guest, void *buf)
{
    if (guest->asid == SEV_ASID_NONE) {
        return SEV_FW_INACTIVE;
    }
    guest->asid = SEV_ASID_NONE;
    return SEV_FW_SUCCESS;
}

/* 55766 GUEST_STATUS */
uint32_t asp_cmd_guest_status(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdGuestStatus *cmd = buf;

    cmd->policy = le32_of(guest->policy);
    cmd->asid = le32_of(guest->asid);
    cmd->state = guest->state;
    return SEV_FW_SUCCESS;
}
