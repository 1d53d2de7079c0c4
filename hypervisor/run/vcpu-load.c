/*
 * Fills in what VMRUN loads, as KVM does with its VMCB (Linux, init_vmcb() and
 * sev_es_init_vmcb())
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/ghcb.h"
#include "abi/vmsa.h"
#include "cpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vcpu-load.h"

#define MSR_IN(index, first, last) ((index) >= (first) && (index) <= (last))

/*
 * MSRs that KVM leaves to the guest: those that the hardware saves with an
 * SEV-ES guest's state (APM volume 2, table B-4), and SEV_STATUS, which
 * cannot be intercepted.
 */
bool vcpu_msr_is_passed_through(uint32_t index)
{
    return MSR_IN(index, MSR_IA32_SPEC_CTRL, MSR_IA32_PRED_CMD) ||
           MSR_IN(index, MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_EIP) ||
           MSR_IN(index, 0x1d9, 0x1de) ||       /* DEBUGCTL, last branch */
           index == MSR_PAT || index == MSR_IA32_XSS ||
           MSR_IN(index, MSR_EFER, MSR_FMASK) ||
           MSR_IN(index, MSR_FSBASE, MSR_TSC_AUX) ||
           MSR_IN(index, MSR_SEV_ES_GHCB, MSR_SEV_STATUS);
}

static bool msr_exits(uint32_t index, bool write)
{
    return !vcpu_msr_is_passed_through(index);
}

/* As KVM: nobody can write it, and only such a guest can read it. */
static bool msr_exits_secure_tsc(uint32_t index, bool write)
{
    return (write || index != MSR_GUEST_TSC_FREQ) && msr_exits(index, write);
}

/* What KVM intercepts of all such guests, but for automatic exits */
static const uint32_t intercepts[] = {
    VC_EXIT_EXCP_AC, VC_EXIT_RDPMC, VC_EXIT_CPUID, VC_EXIT_RSM, VC_EXIT_INVD,
    VC_EXIT_INVLPGA, VC_EXIT_IOIO, VC_EXIT_MSR, VC_EXIT_VMRUN,
    VC_EXIT_VMMCALL, VC_EXIT_VMLOAD, VC_EXIT_VMSAVE, VC_EXIT_STGI,
    VC_EXIT_CLGI, VC_EXIT_SKINIT, VC_EXIT_WBINVD, VC_EXIT_MONITOR,
    VC_EXIT_MWAIT,
};

/*
 * As KVM: what it intercepts so that a guest cannot see the host's debug
 * registers, or keep a CPU busy with #DB, it leaves to a guest with DebugSwap.
 */
static const uint32_t debug_intercepts[] = {
    VC_EXIT_DR7_READ, VC_EXIT_DR7_WRITE, VC_EXIT_EXCP_DB,
};

static void load_intercepts(SevCpu *sev)
{
    bool debug = !(sev->features & VMSA_SEV_FEATURE_DEBUG_SWAP);

    for (size_t i = 0; i < ARRAY_SIZE(intercepts); i++) {
        sev_cpu_intercept(sev, intercepts[i], true);
    }
    for (size_t i = 0; i < ARRAY_SIZE(debug_intercepts); i++) {
        sev_cpu_intercept(sev, debug_intercepts[i], debug);
    }
    sev->msr_exits = sev->features & VMSA_SEV_FEATURE_SECURE_TSC
                     ? msr_exits_secure_tsc : msr_exits;
}

void vcpu_load(SevVcpu *vcpu)
{
    SevCpu *sev = &vcpu->sev;

    sev->c_bit = vcpu->vm->cbit_mask;
    sev->es = vcpu->vm->ghcb.version;
    sev->snp = snp_rmp() != NULL;
    if (sev->snp) {
        sev->asid = snp_asid();
        sev->features = snp_vmpl_features(vcpu->vm, sev->vmpl);
        sev->rmp = snp_rmp();
        sev->cover = snp_cover();
        sev->private_spa = snp_spa(0);
    }
    load_intercepts(sev);
}
