/*
 * What a CPU has of SEV: the C-bit, the SEV MSRs, how it starts
 *
 * CPUID 0x8000001F is with the other leaves in target/i386/cpu.c, the page
 * walk in target/i386/tcg/system/excp_helper.c; both only use what is set
 * here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu/sev-cpu.h"
#include "cpu/vmsa.h"
#include "hw/boards.h"
#include "hw/i386/apic.h"
#include "hypervisor/run/dead-halt.h"
#include "hypervisor/launch/sev-tcg.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/snp-vcpu.h"

static bool sev_active(const CPUX86State *env)
{
    return env->sev_me_mask != 0;
}

static void show(X86CPU *cpu, FeatureWord word, uint64_t feature)
{
    if (!(cpu->env.user_features[word] & feature)) {
        cpu->env.features[word] |= feature;
    }
}

static void hide(X86CPU *cpu, FeatureWord word, uint64_t feature)
{
    if (!(cpu->env.user_features[word] & feature)) {
        cpu->env.features[word] &= ~feature;
    }
}

/*
 * With -machine none libvirt asks once what CPUs of all its guests can have.
 * What it finds there it asks for by name wherever a domain's CPU is
 * host-model, and turns off what it misses.  So the answer is what no guest is
 * worse off with: SEV-SNP guests need XSAVEC, and others do without it again;
 * nobody needs MONITOR and LA57.
 */
static bool is_question(void)
{
    return current_machine &&
           !strcmp(MACHINE_GET_CLASS(current_machine)->name, "none");
}

/*
 * MONITOR is only #VC in an SEV-ES guest, and KVM tells no guest of it;
 * firmware's last waiting loop, which has no handler, looks for the feature
 * before.
 *
 * LA57: for the #VC of an access to the local APIC Linux walks its page tables,
 * with as many levels as the boot CPU's list of features says.  While
 * identify_cpu() makes that list anew it lacks LA57: an interrupt that comes
 * then cannot be ended, and Linux panics.  Under KVM Linux uses x2APIC, which
 * needs no walk.
 */
static void hide_unsafe(X86CPU *cpu)
{
    hide(cpu, FEAT_1_ECX, CPUID_EXT_MONITOR);
    hide(cpu, FEAT_7_0_ECX, CPUID_7_0_ECX_LA57);
}

/*
 * Only #VC, too.  KVM with nesting does tell of it; Linux 6.1, when it stops a
 * CPU that has it, executes STGI without a handler.
 */
static void hide_svm(X86CPU *cpu)
{
    hide(cpu, FEAT_8000_0001_ECX, CPUID_EXT3_SVM);
}

/*
 * XSAVEC is in every processor with SEV-SNP, and Linux relies on it where it
 * reckons the size of CPUID 0xD from the CPUID page.  Of CPUID 0x80000021, what
 * KVM passes and TCG does: LFENCE waits, and a segment register that becomes
 * null has no base.
 */
uint64_t sev_cpu_tcg_features(FeatureWord word)
{
    GhcbGuest *guest = sev_tcg_ghcb_guest();

    if (!(guest && guest->snp) && !is_question()) {
        return 0;
    }
    switch (word) {
    case FEAT_XSAVE:
        return CPUID_XSAVE_XSAVEC;
    case FEAT_8000_0021_EAX:
        return CPUID_8000_0021_EAX_LFENCE_ALWAYS_SERIALIZING |
               CPUID_8000_0021_EAX_NULL_SEL_CLR_BASE;
    default:
        return 0;
    }
}

/*
 * RDRAND: every processor with SEV has it, and under KVM a guest can execute it
 * whatever its CPUID says.  Linux' sev_verify_cbit() does so without asking;
 * with QEMU's default CPU model it would meet #UD without a handler.
 */
void sev_cpu_expand_features(X86CPU *cpu)
{
    GhcbGuest *guest = sev_tcg_ghcb_guest();

    if (sev_tcg_cbit_mask()) {
        show(cpu, FEAT_1_ECX, CPUID_EXT_RDRAND);
    }
    if (guest || is_question()) {
        hide_unsafe(cpu);
    }
    if (guest) {
        hide_svm(cpu);
        if (guest->snp &&
            cpu->env.features[FEAT_XSAVE] & CPUID_XSAVE_XSAVEOPT) {
            show(cpu, FEAT_XSAVE, CPUID_XSAVE_XSAVEC);
        }
    }
}

MemoryRegion *sev_cpu_memory(X86CPU *cpu)
{
    MemoryRegion *shared = CPU(cpu)->memory;

    return snp_rmp() ? snp_memory(shared) : shared;
}

AddressSpace *sev_cpu_tables(X86CPU *cpu)
{
    return cpu->env.sev_private_mask ? snp_private_memory() : CPU(cpu)->as;
}

void sev_cpu_realize(X86CPU *cpu)
{
    GhcbGuest *guest = sev_tcg_ghcb_guest();

    cpu->env.sev_me_mask = sev_tcg_cbit_mask();
    if (guest) {
        cpu->env.sev_vcpu = sev_vcpu_new(cpu, guest);
        if (guest->snp) {
            cpu->env.sev_private_mask = cpu->env.sev_me_mask;
        }
    }
}

/*
 * The reset vector of the firmware, as KVM's code in QEMU sets it, is part of
 * what is launched.  From then on that is what the CPU starts with.
 */
void sev_cpu_reset(X86CPU *cpu)
{
    SevVcpu *vcpu = cpu->env.sev_vcpu;

    if (!vcpu) {
        return;
    }
    sev_es_set_reset_vector(CPU(cpu));
    ghcb_reset(&vcpu->ghcb);
    vcpu->waits_for_sipi = !cpu_is_bsp(cpu);
    vcpu->last = (LastExceptions) { };
    vcpu->got_sipi = false;
    vcpu->destroyed = false;
    if (vcpu->launched) {
        vmsa_load(&cpu->env, &vcpu->vmsa);
    }
}

/*
 * As KVM does it: a CPU that is not the boot CPU waits for a SIPI, and its
 * state stays what it is.  One that was not held by the guest before it will
 * just go on.
 */
bool sev_cpu_init(X86CPU *cpu)
{
    SevVcpu *vcpu = cpu->env.sev_vcpu;
    CPUState *cs = CPU(cpu);

    if (sev_active(&cpu->env) && !cpu_is_bsp(cpu)) {
        /* It will wait, and may be the last that ran. */
        dead_halt_suspect();
    }
    if (!vcpu) {
        return false;
    }
    cpu_reset_interrupt(cs, CPU_INTERRUPT_INIT);
    /* Something else has woken it, and it went on. */
    if (cpu->env.eip != vcpu->hold_rip) {
        ghcb_resumed(&vcpu->ghcb);
    }
    if (snp_vcpu_init(vcpu)) {
        return true;
    }
    cs->interrupt_request &= CPU_INTERRUPT_SIPI;
    vcpu->waits_for_sipi = !cpu_is_bsp(cpu) && !vcpu->destroyed;
    cs->halted = vcpu->waits_for_sipi || vcpu->destroyed;
    apic_init_reset(cpu->apic_state);
    return true;
}

/*
 * The first starts the CPU in the state that it was launched with, the others
 * have it go on.  The APIC also passes one on to a CPU that AP creation has
 * started since INIT; that does not wait for it.
 */
bool sev_cpu_sipi(X86CPU *cpu)
{
    SevVcpu *vcpu = cpu->env.sev_vcpu;

    if (!vcpu) {
        return false;
    }
    if (!vcpu->waits_for_sipi) {
        return true;
    }
    if (vcpu->got_sipi) {
        ghcb_sipi(&vcpu->ghcb);
    }
    vcpu->waits_for_sipi = false;
    vcpu->got_sipi = true;
    CPU(cpu)->halted = 0;
    return true;
}

/*
 * SMM would take registers that are not the hypervisor's, and KVM drops SMIs of
 * such a guest.  Without a save area there is nothing to run with: KVM leaves
 * such a CPU in HLT, and KVM_RUN fails when something wakes it.  Nor does a
 * guest go on that has ended itself.  NMIs and interrupts leave a CPU alone
 * that waits for a SIPI.
 */
int sev_cpu_interrupts(const X86CPU *cpu, int interrupt_request)
{
    const SevVcpu *vcpu = cpu->env.sev_vcpu;

    if (vcpu->ended) {
        return 0;
    }
    if (vcpu->destroyed) {
        return interrupt_request & (CPU_INTERRUPT_INIT | CPU_INTERRUPT_POLL);
    }
    if (vcpu->waits_for_sipi) {
        return interrupt_request & (CPU_INTERRUPT_INIT | CPU_INTERRUPT_SIPI |
                                    CPU_INTERRUPT_POLL);
    }
    return interrupt_request & ~CPU_INTERRUPT_SMI;
}

void sev_cpu_note_exception(CPUX86State *env, int vector)
{
    last_exception_note(&env->sev_vcpu->last, env, vector);
}

/* With interrupts on one will come, as from the timer of whoever is idle. */
void sev_cpu_note_halt(CPUX86State *env)
{
    if (!(env->eflags & IF_MASK)) {
        dead_halt_suspect();
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
        *value = SEV_STATUS_SEV_ENABLED |
                 (cpu_is_sev_es(env) ? SEV_STATUS_SEV_ES_ENABLED : 0) |
                 (env->sev_private_mask
                  ? snp_sev_features() << SEV_STATUS_SNP_FEATURES : 0);
        return SEV_MSR_DONE;
    case MSR_SEV_ES_GHCB:
        if (!cpu_is_sev_es(env)) {
            return SEV_MSR_NOT_OURS;
        }
        *value = env->sev_vcpu->ghcb.msr;
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
    case MSR_SEV_ES_GHCB:
        if (!cpu_is_sev_es(env)) {
            return SEV_MSR_NOT_OURS;
        }
        env->sev_vcpu->ghcb.msr = value;
        return SEV_MSR_DONE;
    default:
        return SEV_MSR_NOT_OURS;
    }
}
