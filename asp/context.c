/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds, makes and wipes guest contexts (55766 section 6.1, Guest Context).
 * Which command may do so, and when, is not decided here.
 */

#include "asp/context.h"
#include "asp/crypto.h"
#include "asp/snp-context.h"

AspGuest *asp_guest_find(Asp *asp, uint32_t handle)
{
    if (handle == SEV_HANDLE_NONE) {
        return NULL;
    }
    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        if (asp->guests[i].handle == handle) {
            return &asp->guests[i];
        }
    }
    return NULL;
}

static bool is_owned(const Asp *asp, uint32_t asid)
{
    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        if (asp->guests[i].asid == asid) {
            return true;
        }
    }
    return asp_snp_has_asid(asp, asid);
}

uint32_t asp_asid_take(Asp *asp, uint32_t *own, uint32_t asid)
{
    if (*own != SEV_ASID_NONE) {
        return SEV_FW_ACTIVE;
    }
    if (is_owned(asp, asid)) {
        return SEV_FW_ASID_OWNED;
    }
    *own = asid;
    return SEV_FW_SUCCESS;
}

/* Counts on, so that a stale handle doesn't name another guest at once */
static uint32_t new_handle(Asp *asp)
{
    do {
        asp->last_handle++;
    } while (asp->last_handle == SEV_HANDLE_NONE ||
             asp_guest_find(asp, asp->last_handle));
    return asp->last_handle;
}

AspGuest *asp_guest_new(Asp *asp)
{
    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        if (asp->guests[i].handle == SEV_HANDLE_NONE) {
            asp->guests[i].handle = new_handle(asp);
            return &asp->guests[i];
        }
    }
    return NULL;
}

void asp_guest_free(AspGuest *guest)
{
    /* NULL is allowed; libgcrypt wipes what it frees */
    gcry_md_close(guest->hash);
    asp_wipe(guest, sizeof(*guest));
}

unsigned asp_guest_count(const Asp *asp)
{
    unsigned count = 0;

    for (unsigned i = 0; i < ASP_MAX_GUESTS; i++) {
        count += asp->guests[i].handle != SEV_HANDLE_NONE;
    }
    return count;
}
