/*
 * Declares sev-snp-emulated, a SEV-SNP guest with what only an emulator can
 * offer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef VMM_SEV_SNP_EMULATED_H
#define VMM_SEV_SNP_EMULATED_H

#include "sev-guest.h"
#include "hypervisor/run/snp-messages.h"

/**
 * sev_snp_emulated_features: SEV features that the user has switched on
 * @sev: the machine's object, of any type
 *
 * Returns a mask of VMSA_SEV_FEATURE_*, without SNP_ACTIVE; 0 for objects
 * that have no such switches.
 */
uint64_t sev_snp_emulated_features(SevCommonState *sev);

/**
 * sev_snp_emulated_tsc_khz: how fast Secure TSC is to be
 * @sev: the machine's object, of any type
 *
 * Returns 0 if it does not say.
 */
uint32_t sev_snp_emulated_tsc_khz(SevCommonState *sev);

/** sev_snp_emulated_messages: its options of messages; others have none */
void sev_snp_emulated_messages(SevCommonState *sev,
                               SnpMessagesOptions *options);

#endif
