/*
 * SEV guests under TCG
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SEV_TCG_H
#define HYPERVISOR_SEV_TCG_H

#include "system/confidential-guest-support.h"
#include "system/tcg.h"
#include "sev.h"
#include "hypervisor/launch/sev-backend.h"

/* False where the emulation is not compiled in; then it is not called. */
#ifdef CONFIG_SEV_TCG
#include "hypervisor/ghcb/ghcb.h"
#define sev_tcg_enabled() tcg_enabled()
#else
#define sev_tcg_enabled() false
typedef struct GhcbGuest GhcbGuest;
#endif

/* Where the C-bit can be: above 32-bit addresses, within the entry's. */
#define SEV_TCG_CBITPOS_MIN     32
#define SEV_TCG_CBITPOS_MAX     51
#define SEV_TCG_CBITPOS_DEFAULT 51

/* Of a transport key, in bytes. */
#define SEV_TCG_KEY_SIZE 16

/**
 * sev_tcg_init: make a SEV guest ready without hardware
 * @cgs: the machine's sev-guest or sev-emulated object
 *
 * Implements ConfidentialGuestSupportClass.init: switches the emulated
 * platform on, and starts the launch as sev_common_kvm_init() does.
 *
 * Returns false and sets @errp when the guest cannot be had as asked.
 */
bool sev_tcg_init(ConfidentialGuestSupport *cgs, Error **errp);

/* sev_tcg_backend: commands of QEMU's SEV code for the emulated platform */
extern const SevBackend sev_tcg_backend;

/**
 * sev_tcg_cbit_mask: the C-bit as a mask, 0 without a SEV guest
 *
 * Stays as it was when the guest was made ready, whatever becomes of the
 * object's property.
 */
uint64_t sev_tcg_cbit_mask(void);

/**
 * sev_tcg_ghcb_guest: what the vCPUs of an SEV-ES guest share
 *
 * Returns NULL without such a guest.
 */
GhcbGuest *sev_tcg_ghcb_guest(void);

/** sev_tcg_launches_igvm: is the machine's guest launched from an IGVM file? */
bool sev_tcg_launches_igvm(void);

/**
 * sev_tcg_add_igvm: hand the file's pages to the launch that is being finished
 *
 * By snp_launch_update_data() and snp_launch_update_cpuid().
 */
void sev_tcg_add_igvm(void);

/**
 * sev_tcg_set_transport_keys: choose the keys of the coming launch
 * @tek: transport encryption key, 16 bytes
 * @tik: transport integrity key, 16 bytes
 *
 * To be called between the platform's start and LAUNCH_START, that is, from
 * SevCommonStateClass.launch_start.
 */
void sev_tcg_set_transport_keys(const uint8_t *tek, const uint8_t *tik);

#endif
