/*
 * What a CPU has of SEV: the C-bit and the SEV MSRs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_SEV_CPU_H
#define CPU_SEV_CPU_H

#include "cpu.h"
#include "sev.h"

/* SEV_STATUS (APM volume 2, section 15.34.10) */
#define MSR_SEV_STATUS          0xC0010131
#define SEV_STATUS_SEV_ENABLED  BIT_ULL(0)

/* What became of an access to an MSR. */
typedef enum SevMsrResult {
    SEV_MSR_NOT_OURS,   /* not an MSR of SEV, or a guest without SEV */
    SEV_MSR_DONE,
    SEV_MSR_FAULT,      /* #GP(0) */
} SevMsrResult;

#ifdef CONFIG_SEV

/**
 * sev_cpu_realize: give a CPU what the machine's SEV guest has
 * @cpu: a TCG CPU that is being realized
 *
 * Without a SEV guest the CPU stays as it is.
 */
void sev_cpu_realize(X86CPU *cpu);

/**
 * sev_cpu_rdmsr: RDMSR of an MSR that the CPU model does not know
 * @env: the CPU
 * @index: ECX
 * @value: set when the result is SEV_MSR_DONE
 */
SevMsrResult sev_cpu_rdmsr(const CPUX86State *env, uint32_t index,
                           uint64_t *value);

/**
 * sev_cpu_wrmsr: WRMSR to an MSR that the CPU model does not know
 * @env: the CPU
 * @index: ECX
 * @value: EDX:EAX
 */
SevMsrResult sev_cpu_wrmsr(CPUX86State *env, uint32_t index, uint64_t value);

#else

static inline void sev_cpu_realize(X86CPU *cpu)
{
}

static inline SevMsrResult sev_cpu_rdmsr(const CPUX86State *env,
                                         uint32_t index, uint64_t *value)
{
    return SEV_MSR_NOT_OURS;
}

static inline SevMsrResult sev_cpu_wrmsr(CPUX86State *env, uint32_t index,
                                         uint64_t value)
{
    return SEV_MSR_NOT_OURS;
}

#endif /* CONFIG_SEV */

#endif
