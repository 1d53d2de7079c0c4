/*
 * Tells which SEV features a save area may have, and names the others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/vmsa.h"
#include "hypervisor/run/snp-features.h"

static const struct {
    uint64_t mask;
    const char *name;
} lacking[] = {
    { VMSA_SEV_FEATURE_VTOM, "vTOM" },
    { VMSA_SEV_FEATURE_REFLECT_VC, "ReflectVC" },
    { VMSA_SEV_FEATURE_ALTERNATE_INJECTION, "alternate injection" },
    { VMSA_SEV_FEATURE_VMPL_SSS, "VMPL supervisor shadow stack" },
    { VMSA_SEV_FEATURE_VMGEXIT_PARAMETER, "VMGEXIT parameter" },
    { VMSA_SEV_FEATURE_IBS_VIRTUALIZATION, "IBS virtualization" },
    { VMSA_SEV_FEATURE_VMSA_REG_PROT, "VMSA register protection" },
    { VMSA_SEV_FEATURE_SMT_PROTECTION, "SMT protection" },
};

#define EMULATED (VMSA_SEV_FEATURE_SNP_ACTIVE | \
                  VMSA_SEV_FEATURE_RESTRICTED_INJECTION | \
                  VMSA_SEV_FEATURE_DEBUG_SWAP | \
                  VMSA_SEV_FEATURE_PREVENT_HOST_IBS | \
                  VMSA_SEV_FEATURE_BTB_ISOLATION | \
                  VMSA_SEV_FEATURE_SECURE_TSC)

const char *snp_features_lacking(uint64_t features)
{
    for (size_t i = 0; i < ARRAY_SIZE(lacking); i++) {
        if (features & lacking[i].mask) {
            return lacking[i].name;
        }
    }
    return NULL;
}

bool snp_features_are_valid(uint64_t features)
{
    return features & VMSA_SEV_FEATURE_SNP_ACTIVE && !(features & ~EMULATED);
}
