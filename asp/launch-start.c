/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a guest: LAUNCH_START (55766 section 6.2).
 */

#include <string.h>

#include "asp/commands.h"
#include "asp/context.h"
#include "asp/crypto.h"
#include "asp/policy.h"
#include "asp/session.h"

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

/* The session's keys. Each part is read once: the caller can change it. */
static uint32_t open_session(Asp *asp, const SevCmdLaunchStart *cmd,
                             AspTransportKeys *keys)
{
    SevCert owner;
    SevSession session;
    uint32_t status;

    if (le32_get(cmd->dh_cert_len) != sizeof(owner) ||
        le32_get(cmd->session_len) != sizeof(session)) {
        return SEV_FW_INVALID_LEN;
    }
    status = asp_read(asp, le64_get(cmd->dh_cert_paddr), &owner,
                      sizeof(owner));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = asp_read(asp, le64_get(cmd->session_paddr), &session,
                      sizeof(session));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_session_open(&asp->identity.pdh.scalar, &owner, &session,
                            le32_get(cmd->policy), keys);
}

/*
 * Without a session there is no guest owner to agree on transport keys
 * with: they are random and nobody outside knows them, unless the user of
 * this emulator chose them. What the command says of a session is ignored
 * when there is no certificate.
 */
static uint32_t make_transport_keys(Asp *asp, const SevCmdLaunchStart *cmd,
                                    AspTransportKeys *keys)
{
    if (le64_get(cmd->dh_cert_paddr)) {
        return open_session(asp, cmd, keys);
    }
    if (asp->have_chosen_keys) {
        *keys = asp->chosen_keys;
        return SEV_FW_SUCCESS;
    }
    return asp_guest_random(asp, keys, sizeof(*keys));
}

static uint32_t make_vek(Asp *asp, const AspGuest *owner,
                         uint8_t vek[SEV_KEY_SIZE])
{
    if (owner) {
        memcpy(vek, owner->vek, SEV_KEY_SIZE);
        return SEV_FW_SUCCESS;
    }
    return asp_guest_random(asp, vek, SEV_KEY_SIZE);
}

static uint32_t fill_guest(Asp *asp, AspGuest *guest, const AspGuest *owner,
                           const SevCmdLaunchStart *cmd)
{
    uint32_t status = make_transport_keys(asp, cmd, &guest->keys);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = make_vek(asp, owner, guest->vek);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (asp_sha256_open(&guest->hash)) {
        guest->hash = NULL;
        return SEV_FW_RESOURCE_LIMIT;
    }
    guest->policy = le32_get(cmd->policy);
    guest->state = SEV_GSTATE_LUPDATE;
    return SEV_FW_SUCCESS;
}

static uint32_t make_guest(Asp *asp, const AspGuest *owner,
                           const SevCmdLaunchStart *cmd, uint32_t *handle)
{
    AspGuest *guest = asp_guest_new(asp);
    uint32_t status;

    if (!guest) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = fill_guest(asp, guest, owner, cmd);
    if (status != SEV_FW_SUCCESS) {
        asp_guest_free(guest);
        return status;
    }
    *handle = guest->handle;
    return SEV_FW_SUCCESS;
}

/* asp_set_transport_keys() is for one guest */
static void forget_chosen_keys(Asp *asp)
{
    asp_wipe(&asp->chosen_keys, sizeof(asp->chosen_keys));
    asp->have_chosen_keys = false;
}

uint32_t asp_cmd_launch_start(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdLaunchStart *cmd = buf;
    uint32_t policy = le32_get(cmd->policy);
    AspGuest *owner;
    uint32_t handle;
    uint32_t status;

    if (le32_get(cmd->reserved)) {
        return SEV_FW_INVALID_PARAM;
    }
    status = asp_policy_check_launch(policy, &asp->snp.current, asp->es);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = find_key_owner(asp, le32_get(cmd->handle), policy, &owner);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = make_guest(asp, owner, cmd, &handle);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    if (!le64_get(cmd->dh_cert_paddr)) {
        forget_chosen_keys(asp);
    }
    cmd->handle = le32_of(handle);
    asp->state = SEV_PSTATE_WORKING;
    return SEV_FW_SUCCESS;
}
