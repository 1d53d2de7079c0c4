/*
 * Declares what CPU models have in SEV guests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_CPU_MODEL_H
#define HYPERVISOR_CPU_MODEL_H

#include "cpu.h"
#include "sev.h"

#ifdef CONFIG_SEV_TCG

/**
 * cpu_model_tcg_features: what TCG can do, and tells such guests' CPUs alone of
 * @word: which features
 *
 * Returns features beside those that TCG has for every guest; 0 where there is
 * a machine that has no SEV-SNP guest.
 */
uint64_t cpu_model_tcg_features(FeatureWord word);

/**
 * cpu_model_expand_features: the features of a CPU model in a SEV guest
 * @cpu: a TCG CPU whose user_features are complete; it may be one that only
 *       answers a question about its model
 *
 * What the user asked for, or asked to be without, stays.
 */
void cpu_model_expand_features(X86CPU *cpu);

#else

static inline uint64_t cpu_model_tcg_features(FeatureWord word)
{
    return 0;
}

static inline void cpu_model_expand_features(X86CPU *cpu)
{
}

#endif

#endif
