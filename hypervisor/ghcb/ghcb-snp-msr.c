/*
 * The GHCB MSR protocol's requests of SEV-SNP guests (56421 section 2.3.1)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "hypervisor/ghcb/ghcb-request.h"

/* KVM has no preference. */
GhcbAction ghcb_msr_preferred_gpa(GhcbVcpu *vcpu, uint64_t request)
{
    vcpu->msr = GHCB_MSR_GPA_NONE << GHCB_MSR_DATA_SHIFT |
                GHCB_MSR_PREF_GPA_RESP;
    return GHCB_RESUME;
}

GhcbAction ghcb_msr_register_gpa(GhcbVcpu *vcpu, uint64_t request)
{
    uint64_t gfn = request >> GHCB_MSR_DATA_SHIFT;

    vcpu->registered_gpa = gfn << GHCB_MSR_DATA_SHIFT;
    vcpu->msr = gfn << GHCB_MSR_DATA_SHIFT | GHCB_MSR_REG_GPA_RESP;
    return GHCB_RESUME;
}

/* The answer is there before the other VMPL runs: who asks finds it after. */
GhcbAction ghcb_msr_run_vmpl(GhcbVcpu *vcpu, uint64_t request)
{
    unsigned vmpl = request >> GHCB_MSR_VMPL_SHIFT & GHCB_MSR_VMPL_MASK;

    vcpu->msr = GHCB_MSR_VMPL_RESP;
    if (vcpu->ops->run_vmpl(vcpu->opaque, vmpl)) {
        return GHCB_LEAVE;
    }
    vcpu->msr |= UINT64_MAX << GHCB_MSR_VMPL_ERROR_SHIFT;
    return GHCB_RESUME;
}

/* One page of 4 KiB. The answer is 0, or an error that is not. */
GhcbAction ghcb_msr_page_state(GhcbVcpu *vcpu, uint64_t request)
{
    unsigned op = request >> GHCB_MSR_PSC_OP_SHIFT & GHCB_PSC_OP_MASK;
    uint64_t gfn = request >> GHCB_MSR_DATA_SHIFT & GHCB_MSR_PSC_GFN_MASK;
    bool done = (op == GHCB_PSC_OP_PRIVATE || op == GHCB_PSC_OP_SHARED) &&
                vcpu->ops->page_state(vcpu->opaque, gfn << 12, false,
                                      op == GHCB_PSC_OP_PRIVATE);

    if (!done) {
        ghcb_diagnose(vcpu, "page state change of 0x%llx with operation %u: "
                      "expected the guest's memory, and 1 (private) or 2 "
                      "(shared)", (unsigned long long)gfn << 12, op);
    }
    if (vcpu->ops->settle) {
        vcpu->ops->settle(vcpu->opaque);
    }
    vcpu->msr = (done ? 0 : UINT64_MAX << GHCB_MSR_PSC_ERROR_SHIFT) |
                GHCB_MSR_PSC_RESP;
    return GHCB_RESUME;
}
