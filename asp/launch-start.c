/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LAUNCH_START (55766 section 6.2): makes a guest.
 */

#include <string.h>

#include "asp/commands.h"
#include "asp/crypto.h"
#include "asp/le.h"
#include "asp/policy.h"

/*
 * Whose key the new guest gets: *@owner is set to the guest that the caller
 * names, NULL for a key of its own.
 */
static uint32_t find_key_owner(Asp *asp, uint32_t handle, uint32_t policy,
                               AspGuest **owner)
{
    *owner = NULL;
    if (handle == SEV_HANDLE_NONE) {
        return SEV_FW_SUCCESS;
    }
    *owner = asp_guest_find(asp, handle);
    if (!*owner) {
        return SEV_FW_INVALID_GUEST;
    }
    return asp_policy_check_sharing((*owner)->policy, policy);
}

/*
 * Without a session there is no guest owner to agree on transport keys
 * with: they are random and nobody outside knows them, unless the user of
 * this emulator chose them.
 */
static uint32_t make_transport_keys(Asp *asp, AspTransportKeys *keys)
{
    if (asp->have_chosen_keys) {
        *keys = asp->chosen_keys;
        return SEV_FW_SUCCESS;
    }
    return asp_random(asp, keys, sizeof(*keys));
}

static uint32_t fill_guest(Asp *asp, AspGuest *guest, const AspGuest *owner)
{
    uint32_t status;

    if (owner) {
        memcpy(guest->vek, owner->vek, sizeof(guest->vek));
    } else {
        status = asp_random(asp, guest->vek, sizeof(guest->vek));
        if (status != SEV_FW_SUCCESS) {
            return status;
        }
    }
    status = make_transport_keys(asp, &guest->keys);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (asp_sha256_open(&guest->hash)) {
        guest->hash = NULL;
        return SEV_FW_RESOURCE_LIMIT;
    }
    return SEV_FW_SUCCESS;
}

static uint32_t make_guest(Asp *asp, uint32_t policy, const AspGuest *owner,
                           uint32_t *handle)
{
    AspGuest *guest = asp_guest_new(asp);
    uint32_t status;

    if (!guest) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = fill_guest(asp, guest, owner);
    if (status != SEV_FW_SUCCESS) {
        asp_guest_free(guest);
        return status;
    }
    guest->policy = policy;
    guest->state = SEV_GSTATE_LUPDATE;
    *handle = guest->handle;
    return SEV_FW_SUCCESS;
}

uint32_t asp_cmd_launch_start(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdLaunchStart *cmd = buf;
    uint32_t policy = asp_le32(cmd->policy);
    AspGuest *owner;
    uint32_t handle;
    uint32_t status;

    if (cmd->reserved) {
        return SEV_FW_INVALID_PARAM;
    }
    status = asp_policy_check_launch(policy);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = find_key_owner(asp, asp_le32(cmd->handle), policy, &owner);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    /* Without a certificate the session is ignored, whatever it says */
    if (cmd->dh_cert_paddr) {
        return SEV_FW_UNSUPPORTED;
    }
    status = make_guest(asp, policy, owner, &handle);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    asp_wipe(&asp->chosen_keys, sizeof(asp->chosen_keys));
    asp->have_chosen_keys = false;
    cmd->handle = asp_le32(handle);
    asp->state = SEV_PSTATE_WORKING;
    return SEV_FW_SUCCESS;
}
