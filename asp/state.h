/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines what the secure processor remembers: of the platform (55766 section
 * 5.1, Platform Context) and of each guest (55766 section 6.1, Guest Context).
 * And its way to memory, checked.
 */

#ifndef ASP_STATE_H
#define ASP_STATE_H

#include <stdbool.h>

#include <gcrypt.h>

#include "abi/sev.h"
#include "asp/asp.h"
#include "asp/identity.h"
#include "asp/product.h"
#include "asp/snp-state.h"

/* TEK encrypts, TIK authenticates what the guest owner sends */
typedef struct AspTransportKeys {
    uint8_t tek[SEV_KEY_SIZE];
    uint8_t tik[SEV_KEY_SIZE];
} AspTransportKeys;

/*
 * Life of a guest context:
 *
 * - UNINIT: a free slot; all zero but for @handle, SEV_HANDLE_NONE.
 * - LUPDATE, from LAUNCH_START on: @vek and @keys are set, @hash takes what
 *   LAUNCH_UPDATE_DATA names.
 * - LSECRET, from LAUNCH_MEASURE on: @hash is closed and gone, @digest is
 *   what it came to, for attestation reports; @measure is what the guest
 *   owner got; secrets are bound to it.
 * - RUNNING, from LAUNCH_FINISH on: @keys and @measure are wiped.
 *
 * In each of the last three the guest may be active, that is have an ASID.
 * DECOMMISSION and SHUTDOWN wipe all of it.
 */
typedef struct AspGuest {
    uint32_t handle;
    uint32_t policy;                /* SEV_GPOLICY_* */
    uint32_t asid;                  /* SEV_ASID_NONE: not active */
    uint8_t state;                  /* SEV_GSTATE_* */
    uint8_t vek[SEV_KEY_SIZE];      /* encrypts the guest's memory */
    AspTransportKeys keys;
    gcry_md_hd_t hash;              /* launch digest so far, or NULL */
    uint8_t digest[SEV_DIGEST_SIZE];
    uint8_t measure[SEV_MAC_SIZE];
} AspGuest;

struct Asp {
    AspOps ops;
    void *opaque;
    AspFuses fuses;
    const AspProduct *product;

    uint8_t state;                  /* SEV_PSTATE_* */
    bool es;                        /* initialized for SEV-ES */
    AspIdentity identity;           /* all zero in UNINIT */
    uint32_t last_handle;           /* given out; the next guest's is higher */
    AspGuest guests[ASP_MAX_GUESTS];

    bool have_chosen_keys;          /* asp_set_transport_keys() was called */
    AspTransportKeys chosen_keys;

    AspSnp snp;
};

/*
 * Memory and random numbers. Return SEV_FW_SUCCESS; SEV_FW_INVALID_ADDRESS
 * when a range wraps around or is not memory; SEV_FW_HWERROR_PLATFORM when
 * there are no random numbers.
 */
uint32_t asp_read(Asp *asp, uint64_t paddr, void *buf, size_t len);
uint32_t asp_write(Asp *asp, uint64_t paddr, const void *buf, size_t len);
uint32_t asp_write_private(Asp *asp, const AspGuest *guest, uint64_t paddr,
                           const void *buf, size_t len);
uint32_t asp_random(Asp *asp, void *buf, size_t len);
uint32_t asp_guest_random(Asp *asp, void *buf, size_t len);

/* Does @len bytes from @paddr on end within the address space? */
bool asp_range_valid(uint64_t paddr, size_t len);

#endif
