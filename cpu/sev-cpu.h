/*
 * What a CPU has of SEV: the C-bit, the SEV MSRs, how it starts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_SEV_CPU_H
#define CPU_SEV_CPU_H

#include "cpu.h"
#include "sev.h"

/* SEV-ES' GHCB (56421 section 2.3): free for the guest to use */
#define MSR_SEV_ES_GHCB         0xC0010130

/* SEV_STATUS (APM volume 2, section 15.34.10) */
#define MSR_SEV_STATUS             0xC0010131
#define SEV_STATUS_SEV_ENABLED     BIT_ULL(0)
#define SEV_STATUS_SEV_ES_ENABLED  BIT_ULL(1)
#define SEV_STATUS_SNP_FEATURES    2    /* SEV_FEATURES from this bit on */

/* What became of an access to an MSR. */
typedef enum SevMsrResult {
    SEV_MSR_NOT_OURS,   /* not an MSR of SEV, or a guest without SEV */
    SEV_MSR_DONE,
    SEV_MSR_FAULT,      /* #GP(0) */
} SevMsrResult;

#ifdef CONFIG_SEV_TCG

/**
 * sev_cpu_tcg_features: what TCG can do, and tells such guests' CPUs alone of
 * @word: which features
 *
 * Returns features beside those that TCG has for every guest; 0 where there is
 * a machine that has no SEV-SNP guest.
 */
uint64_t sev_cpu_tcg_features(FeatureWord word);

/**
 * sev_cpu_expand_features: the features of a CPU model in a SEV guest
 * @cpu: a TCG CPU whose user_features are complete; it may be one that only
 *       answers a question about its model
 *
 * What the user asked for, or asked to be without, stays.
 */
void sev_cpu_expand_features(X86CPU *cpu);

/**
 * sev_cpu_realize: give a CPU what the machine's SEV guest has
 * @cpu: a TCG CPU that is being realized
 *
 * Without a SEV guest the CPU stays as it is.
 */
void sev_cpu_realize(X86CPU *cpu);

/**
 * sev_cpu_memory: what a CPU's address space shows
 *
 * cs->memory, and with SEV-SNP also private memory.
 */
MemoryRegion *sev_cpu_memory(X86CPU *cpu);

/**
 * sev_cpu_tables: where a CPU's page tables are, for debuggers
 *
 * By guest physical address, without the C-bit.
 */
AddressSpace *sev_cpu_tables(X86CPU *cpu);

/**
 * sev_cpu_reset: the last step of a CPU's reset
 *
 * Gives an SEV-ES guest's CPU the state that it has been launched with.
 */
void sev_cpu_reset(X86CPU *cpu);

/**
 * sev_cpu_init: INIT
 *
 * Returns false for a CPU whose registers the hypervisor can set.
 */
bool sev_cpu_init(X86CPU *cpu);

/**
 * sev_cpu_sipi: a SIPI for a CPU that waits for one
 *
 * Returns false for a CPU whose registers the hypervisor can set.
 */
bool sev_cpu_sipi(X86CPU *cpu);

/**
 * sev_cpu_interrupts: which of these the CPU can take
 * @cpu: one for which cpu_is_sev_es() holds
 * @interrupt_request: CPU_INTERRUPT_*
 *
 * No SMI, as KVM has it; of a CPU that its SEV-SNP guest has destroyed, only
 * INIT; none where the guest has ended itself.
 */
int sev_cpu_interrupts(const X86CPU *cpu, int interrupt_request);

void sev_cpu_note_exception(CPUX86State *env, int vector);
void sev_cpu_note_halt(CPUX86State *env);

/** sev_cpu_exception: an exception, or INT n, is about to be delivered */
static inline void sev_cpu_exception(CPUX86State *env, int vector)
{
    if (unlikely(cpu_is_sev_es(env)) && !env->exception_is_int) {
        sev_cpu_note_exception(env, vector);
    }
}

/** sev_cpu_halt: HLT, before the CPU is halted */
static inline void sev_cpu_halt(CPUX86State *env)
{
    if (unlikely(env->sev_me_mask)) {
        sev_cpu_note_halt(env);
    }
}

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

static inline uint64_t sev_cpu_tcg_features(FeatureWord word)
{
    return 0;
}

static inline void sev_cpu_expand_features(X86CPU *cpu)
{
}

static inline void sev_cpu_realize(X86CPU *cpu)
{
}

static inline MemoryRegion *sev_cpu_memory(X86CPU *cpu)
{
    return CPU(cpu)->memory;
}

static inline AddressSpace *sev_cpu_tables(X86CPU *cpu)
{
    return CPU(cpu)->as;
}

static inline void sev_cpu_reset(X86CPU *cpu)
{
}

static inline bool sev_cpu_init(X86CPU *cpu)
{
    return false;
}

static inline bool sev_cpu_sipi(X86CPU *cpu)
{
    return false;
}

static inline int sev_cpu_interrupts(const X86CPU *cpu, int interrupt_request)
{
    return interrupt_request;
}

static inline void sev_cpu_exception(CPUX86State *env, int vector)
{
}

static inline void sev_cpu_halt(CPUX86State *env)
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

#endif

#endif
