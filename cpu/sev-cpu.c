/*
 * Enters what VMRUN loads, and leaves by whoever runs the CPU
 *
 * CPUID 0x8000001F is with the other leaves in target/i386/cpu.c, the page
 * walk in target/i386/tcg/system/excp_helper.c; both only use what is set
 * here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu/secure-tsc.h"
#include "cpu/sev-cpu.h"
#include "exec/exec-all.h"

void sev_cpu_enter(SevCpu *sev)
{
    CPUX86State *env = &sev->cpu->env;

    env->sev = sev;
    env->sev_me_mask = sev->c_bit;
    env->sev_private_mask = sev->snp ? sev->c_bit : 0;
    env->hflags &= ~(HF_SEV_ES_MASK | HF_SEV_SNP_MASK | HF_VMPL_MASK);
    env->hflags |= (sev->es ? HF_SEV_ES_MASK : 0) |
                   (sev->snp ? HF_SEV_SNP_MASK : 0) |
                   (sev->vmpl ? HF_VMPL_MASK : 0);
    env->sev_vmpl_idx = sev->vmpl ? MMU_VMPL_IDX : 0;
}

void sev_cpu_intercept(SevCpu *sev, uint32_t exit, bool on)
{
    uint32_t *word = &sev->intercepts[exit / 32];

    *word = deposit32(*word, exit % 32, 1, on);
}

void sev_cpu_leave(SevCpu *sev, uintptr_t ra)
{
    CPUState *cs = CPU(sev->cpu);

    cs->exception_index = EXCP_INTERRUPT;
    cpu_loop_exit_restore(cs, ra);
}

/* A reset has cleared the flags, but not what was entered. */
void sev_cpu_reset(X86CPU *cpu)
{
    SevCpu *sev = cpu->env.sev;

    if (!sev) {
        return;
    }
    sev_cpu_enter(sev);
    if (sev->exits->reset) {
        sev->exits->reset(sev);
    }
}

bool sev_cpu_init(X86CPU *cpu)
{
    SevCpu *sev = cpu->env.sev;

    return sev && sev->exits->init && sev->exits->init(sev);
}

bool sev_cpu_sipi(X86CPU *cpu)
{
    SevCpu *sev = cpu->env.sev;

    return sev && sev->exits->sipi && sev->exits->sipi(sev);
}

int sev_cpu_interrupts(const X86CPU *cpu, int interrupt_request)
{
    const SevCpu *sev = cpu->env.sev;

    return sev->exits->interrupts
           ? sev->exits->interrupts(sev, interrupt_request)
           : interrupt_request;
}

void sev_cpu_note_exception(CPUX86State *env, int vector)
{
    if (env->sev->exits->exception) {
        env->sev->exits->exception(env->sev, vector);
    }
}

void sev_cpu_note_halt(CPUX86State *env)
{
    if (env->sev->exits->halt) {
        env->sev->exits->halt(env->sev);
    }
}

SevMsrResult sev_cpu_rdmsr(const CPUX86State *env, uint32_t index,
                           uint64_t *value)
{
    const SevCpu *sev = env->sev;

    if (!sev) {
        return SEV_MSR_NOT_OURS;
    }

    switch (index) {
    case MSR_SEV_STATUS:
        *value = SEV_STATUS_SEV_ENABLED |
                 (sev->es ? SEV_STATUS_SEV_ES_ENABLED : 0) |
                 (sev->snp ? sev->features << SEV_STATUS_SNP_FEATURES : 0);
        return SEV_MSR_DONE;
    case MSR_SEV_ES_GHCB:
        if (!sev->es) {
            return SEV_MSR_NOT_OURS;
        }
        *value = sev->ghcb_msr;
        return SEV_MSR_DONE;
    case MSR_GUEST_TSC_FREQ:
        if (!secure_tsc_is_on(sev)) {
            return SEV_MSR_NOT_OURS;
        }
        *value = secure_tsc_mhz(sev);
        return SEV_MSR_DONE;
    default:
        return SEV_MSR_NOT_OURS;
    }
}

SevMsrResult sev_cpu_wrmsr(CPUX86State *env, uint32_t index, uint64_t value)
{
    SevCpu *sev = env->sev;

    if (!sev) {
        return SEV_MSR_NOT_OURS;
    }

    switch (index) {
    case MSR_SEV_STATUS:
        /* Read-only: the hypervisor chose it with VMRUN. */
        return SEV_MSR_FAULT;
    case MSR_GUEST_TSC_FREQ:
        return secure_tsc_is_on(sev) ? SEV_MSR_FAULT : SEV_MSR_NOT_OURS;
    case MSR_SEV_ES_GHCB:
        if (!sev->es) {
            return SEV_MSR_NOT_OURS;
        }
        sev->ghcb_msr = value;
        return SEV_MSR_DONE;
    default:
        return SEV_MSR_NOT_OURS;
    }
}
