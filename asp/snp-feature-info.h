/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows what the firmware can do beyond the first SEV-SNP (56860,
 * SNP_FEATURE_INFO).
 */

#ifndef ASP_SNP_FEATURE_INFO_H
#define ASP_SNP_FEATURE_INFO_H

#include "asp/version.h"

/* The API with which features and the command that tells them came */
#define ASP_SNP_FEATURES_MAJOR 1
#define ASP_SNP_FEATURES_MINOR 55

/* SNP_FEATURE_ECX_* of firmware of @version */
uint32_t asp_snp_features(const AspVersion *version);

#endif
