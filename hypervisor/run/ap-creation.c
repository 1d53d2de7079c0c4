/*
 * Takes save areas that an SEV-SNP guest makes for the VMPLs of its vCPUs, and
 * has the vCPUs start with them (56421 section 4.1.8, SNP AP creation)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "abi/snp.h"
#include "hw/core/cpu.h"
#include "hw/i386/apic.h"
#include "hypervisor/run/ap-creation.h"
#include "hypervisor/run/snp-features.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vmpl.h"
#include "hypervisor/trace.h"

/* What is asked for: SW_EXITINFO1 and 2, and RAX */
typedef struct Creation {
    uint32_t apic_id;
    unsigned vmpl;
    unsigned request;           /* GHCB_AP_* */
    uint64_t gpa;
    uint64_t features;
} Creation;

static const char *const request_names[] = {
    [GHCB_AP_CREATE_ON_INIT] = "create on INIT",
    [GHCB_AP_CREATE] = "create",
    [GHCB_AP_DESTROY] = "destroy",
};

static SevVcpu *find(uint32_t apic_id)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        if (X86_CPU(cs)->apic_id == apic_id) {
            return sev_vcpu_of(cs);
        }
    }
    return NULL;
}

/*
 * The request is there as soon as it is made, so that an INIT that the guest
 * sends after it finds it, even where the vCPU sees INIT before it comes to do
 * what it was asked for.
 */
static void request_change(SevVcpu *target, const Creation *what)
{
    SevVmpl *vmpl = &target->vmpls[what->vmpl];

    vmpl->on_init_gpa = SNP_NO_VMSA;
    switch (what->request) {
    case GHCB_AP_CREATE_ON_INIT:
        vmpl->on_init_gpa = what->gpa;
        return;
    case GHCB_AP_CREATE:
        vmpl->create_gpa = what->gpa;
        break;
    case GHCB_AP_DESTROY:
        vmpl->create_gpa = SNP_NO_VMSA;
        vmpl->destroy = true;
        break;
    }
    vmpl_change_later(target);
}

/*
 * An INIT that the vCPU has not seen was sent before it was asked to start
 * anew, and is over with that, but for what it does to the APIC and to what
 * waits there.  The vCPU was kicked before, so that it does not go on with what
 * it was when it finds no INIT any more.
 */
static void forget_init(X86CPU *cpu)
{
    CPUState *cs = CPU(cpu);

    if (cs->interrupt_request & CPU_INTERRUPT_INIT) {
        apic_init_reset(cpu->apic_state);
        cpu_reset_interrupt(cs, CPU_INTERRUPT_INIT | CPU_INTERRUPT_SIPI |
                            CPU_INTERRUPT_HARD | CPU_INTERRUPT_POLL |
                            CPU_INTERRUPT_NMI);
    }
}

/* As KVM: a VMSA at a multiple of 2 MiB hits an erratum of the hardware. */
static const char *bad_vmsa(uint64_t gpa)
{
    RmpEntry entry;

    if (gpa % TARGET_PAGE_SIZE) {
        return "is not aligned to 4 KiB";
    }
    if (gpa % RMP_2M_PAGE_SIZE == 0) {
        return "is at a multiple of 2 MiB, which processors have an erratum "
               "about";
    }
    /* The RMP has more than the guest's memory, at addresses above it. */
    if (!snp_private_page(gpa) ||
        !rmp_get(snp_rmp(), snp_spa(gpa), &entry)) {
        return "is not RAM";
    }
    if (!entry.assigned || !entry.validated || !entry.vmsa) {
        return "has not been made one by RMPADJUST";
    }
    return NULL;
}

/*
 * As KVM's planes: those of VMPL 0 are those of the launch, those of another
 * VMPL those of its first save area, whatever vCPU that is for.
 */
static const char *bad_features(const SevVm *vm, const Creation *what)
{
    uint64_t made = snp_vmpl_features(vm, what->vmpl);

    if (made && what->features != made) {
        return what->vmpl ? "comes with other SEV features than the first of "
                            "its VMPL"
                          : "comes with other SEV features than the guest was "
                            "launched with";
    }
    if (snp_features_lacking(what->features)) {
        return "comes with an SEV feature that is not emulated";
    }
    return snp_features_are_valid(what->features)
           ? NULL : "comes with SEV features without SEV-SNP, or with some "
                    "that are reserved";
}

static bool refuse(SevVcpu *vcpu, const Creation *what, const char *why)
{
    char line[280];

    snprintf(line, sizeof(line), "AP creation (%s) for VMPL %u of APIC ID %u: "
             "%s", request_names[what->request], what->vmpl, what->apic_id,
             why);
    sev_vcpu_diagnose(vcpu, line);
    return false;
}

static const char *bad_target(const SevVcpu *vcpu, const SevVcpu *target,
                              const Creation *what)
{
    if (!target) {
        return "there is no such vCPU";
    }
    if (what->vmpl >= RMP_VMPLS) {
        return "expected VMPL 0 to 3";
    }
    return !what->vmpl && vcpu->sev.vmpl ? "only VMPL 0 can ask for that"
                                         : NULL;
}

static bool create(SevVcpu *vcpu, SevVcpu *target, const Creation *what)
{
    const char *lacking = snp_features_lacking(what->features);
    const char *why = bad_vmsa(what->gpa) ?: bad_features(vcpu->vm, what);
    char line[200];

    if (why) {
        snprintf(line, sizeof(line), "the save area at 0x%" PRIx64 " %s (SEV "
                 "features 0x%" PRIx64 "%s%s)", what->gpa, why,
                 what->features, lacking ? ": " : "", lacking ?: "");
        return refuse(vcpu, what, line);
    }
    vcpu->vm->vmpl_features[what->vmpl] = what->features;
    request_change(target, what);
    if (what->request == GHCB_AP_CREATE) {
        forget_init(target->sev.cpu);
    }
    return true;
}

bool ap_creation_request(void *opaque, uint32_t apic_id, unsigned vmpl,
                         unsigned request, uint64_t vmsa_gpa,
                         uint64_t sev_features)
{
    SevVcpu *vcpu = opaque, *target = find(apic_id);
    const Creation what = { apic_id, vmpl, request, vmsa_gpa, sev_features };
    const char *why = bad_target(vcpu, target, &what);

    trace_sev_snp_ap_creation(CPU(vcpu->sev.cpu)->cpu_index, apic_id, vmpl,
                              request_names[request], vmsa_gpa);
    if (why) {
        return refuse(vcpu, &what, why);
    }
    BQL_LOCK_GUARD();
    if (request != GHCB_AP_DESTROY) {
        return create(vcpu, target, &what);
    }
    request_change(target, &what);
    return true;
}
