/*
 * SEV features of a save area: which of them are emulated
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_SNP_FEATURES_H
#define HYPERVISOR_SNP_FEATURES_H

/**
 * snp_features_lacking: what is not emulated of this set of features
 * @features: VMSA_SEV_FEATURE_*
 *
 * Returns its name, or NULL.
 */
const char *snp_features_lacking(uint64_t features);

/** snp_features_are_valid: are there no others, and is SEV-SNP one of them? */
bool snp_features_are_valid(uint64_t features);

#endif
