/*
 * Chooses the features of CPU models in SEV guests, as KVM and QEMU do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/boards.h"
#include "qapi/error.h"
#include "hypervisor/launch/sev-tcg.h"
#include "hypervisor/run/cpu-model.h"

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
uint64_t cpu_model_tcg_features(FeatureWord word)
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

/* Zen and later: EPYC, EPYC-Rome and so on, each version of them */
static bool is_epyc(X86CPU *cpu)
{
    return IS_AMD_CPU(&cpu->env) &&
           object_property_get_int(OBJECT(cpu), "family", &error_abort) >= 23;
}

/*
 * Every processor with SEV-SNP has INVLPGB, and such a guest can execute it
 * whatever its CPUID says (APM volume 2, table B-1, 090h bit 7), as SVSMs do.
 * Here CPUID tells of what can be executed.
 */
static void show_invlpgb(X86CPU *cpu)
{
    if (is_epyc(cpu)) {
        show(cpu, FEAT_8000_0008_EBX, CPUID_8000_0008_EBX_INVLPGB);
    }
}

/*
 * KVM adds x2APIC to every model, and emulates it on any processor.  TCG does,
 * too: in the guests that have to ask for each access to their local APIC, and
 * whose SVSM has no other way to it.
 */
static void show_x2apic(X86CPU *cpu)
{
    if (is_epyc(cpu)) {
        show(cpu, FEAT_1_ECX, CPUID_EXT_X2APIC);
    }
}

/*
 * RDRAND: every processor with SEV has it, and under KVM a guest can execute it
 * whatever its CPUID says.  Linux' sev_verify_cbit() does so without asking;
 * with QEMU's default CPU model it would meet #UD without a handler.
 */
void cpu_model_expand_features(X86CPU *cpu)
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
        show_x2apic(cpu);
        if (guest->snp &&
            cpu->env.features[FEAT_XSAVE] & CPUID_XSAVE_XSAVEOPT) {
            show(cpu, FEAT_XSAVE, CPUID_XSAVE_XSAVEC);
        }
        if (guest->snp) {
            show_invlpgb(cpu);
        }
    }
}
