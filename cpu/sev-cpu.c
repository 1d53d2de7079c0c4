/*
 * What a CPU has of SEV: the C-bit and the SEV MSRs
 *
 * CPUID 0x8000001F is with the other leaves in target/i386/cpu.c, the page
 * walk in target/i386/tcg/system/excp_helper.c; both only use what is set
 * here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu/sev-cpu.h"
#include "hypervisor/sev-tcg.h"

static bool sev_active(const CPUX86State *env)
{
    return env->sev_me_mask != 0;
}

/*
 * Every processor with SEV has RDRAND, and under KVM a guest can execute it
 * whatever its CPUID says.  Linux' sev_verify_cbit() does so without asking;
 * with QEMU's default CPU model it would meet #UD without a handler.
 */
static void add_rdrand(X86CPU *cpu)
{
    if (!(cpu->env.user_features[FEAT_1_ECX] & CPUID_EXT_RDRAND)) {
        cpu->env.features[FEAT_1_ECX] |= CPUID_EXT_RDRAND;
    }
}

void sev_cpu_realize(X86CPU *cpu)
{
    cpu->env.sev_me_mask = sev_tcg_cbit_mask();
    if (sev_active(&cpu->env)) {
        add_rdrand(cpu);
    }
}

SevMsrResult sev_cpu_rdmsr(const CPUX86State *env, uint32_t index,
                           uint64_t *value)
{
    if (!sev_active(env)) {
        return SEV_MSR_NOT_OURS;
    }

    switch (index) {
    case MSR_SEV_STATUS:
        *value = SEV_STATUS_SEV_ENABLED;
        return SEV_MSR_DONE;
    default:
        return SEV_MSR_NOT_OURS;
    }
}

SevMsrResult sev_cpu_wrmsr(CPUX86State *env, uint32_t index, uint64_t value)
{
    if (!sev_active(env)) {
        return SEV_MSR_NOT_OURS;
    }

    switch (index) {
    case MSR_SEV_STATUS:
        /* Read-only: the hypervisor chose it with VMRUN. */
        return SEV_MSR_FAULT;
    default:
        return SEV_MSR_NOT_OURS;
    }
}
