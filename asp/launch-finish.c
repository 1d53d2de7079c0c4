/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ends the guest owner's part: LAUNCH_FINISH (55766 section 6.7). What was
 * agreed on with the guest owner is forgotten; nothing later needs it. The
 * launch digest stays, for attestation reports.
 */

#include "asp/commands.h"
#include "asp/crypto.h"

uint32_t asp_cmd_launch_finish(Asp *asp, AspGuest *guest, void *buf)
{
    asp_wipe(&guest->keys, sizeof(guest->keys));
    asp_wipe(guest->measure, sizeof(guest->measure));
    guest->state = SEV_GSTATE_RUNNING;
    return SEV_FW_SUCCESS;
}
