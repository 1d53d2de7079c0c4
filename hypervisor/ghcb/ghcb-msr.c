/*
 * The GHCB MSR protocol: what a guest can ask for before it has a GHCB
 * (56421 section 2.3.1)
 *
 * A row is a request; its function makes the new value of the MSR out of the
 * old one.  What KVM does not know stays in the MSR as it is, and the guest,
 * which finds no answer there, ends itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "hypervisor/ghcb/ghcb-request.h"

typedef struct MsrRequest {
    unsigned info;
    const char *name;
    GhcbAction (*handle)(GhcbVcpu *vcpu, uint64_t request);
    bool snp;               /* only of guests of SEV-SNP */
} MsrRequest;

static uint64_t sev_info(const GhcbGuest *guest)
{
    return (uint64_t)guest->version << GHCB_MSR_SEV_INFO_MAX_SHIFT |
           (uint64_t)GHCB_VERSION_MIN << GHCB_MSR_SEV_INFO_MIN_SHIFT |
           (uint64_t)guest->cbit << GHCB_MSR_SEV_INFO_CBIT_SHIFT |
           GHCB_MSR_SEV_INFO_RESP;
}

static GhcbAction msr_sev_info(GhcbVcpu *vcpu, uint64_t request)
{
    vcpu->msr = sev_info(vcpu->guest);
    return GHCB_RESUME;
}

static GhcbAction msr_cpuid(GhcbVcpu *vcpu, uint64_t request)
{
    unsigned reg = request >> GHCB_MSR_CPUID_REG_SHIFT & 3;
    uint32_t regs[4];

    vcpu->ops->cpuid(vcpu->opaque, request >> GHCB_MSR_CPUID_VALUE_SHIFT, 0,
                     NULL, regs);
    vcpu->msr = (uint64_t)regs[reg] << GHCB_MSR_CPUID_VALUE_SHIFT |
                (uint64_t)reg << GHCB_MSR_CPUID_REG_SHIFT |
                GHCB_MSR_CPUID_RESP;
    return GHCB_RESUME;
}

/* The answer is 0 unless it is a SIPI that ends the hold: ghcb_sipi(). */
static GhcbAction msr_ap_reset_hold(GhcbVcpu *vcpu, uint64_t request)
{
    if (ghcb_take_missed_start(vcpu)) {
        vcpu->msr = GHCB_MSR_AP_STARTED;
        return GHCB_RESUME;
    }
    vcpu->msr = GHCB_MSR_AP_RESET_HOLD_RESP;
    vcpu->hold = GHCB_HOLD_MSR;
    return GHCB_WAIT;
}

static GhcbAction msr_hv_features(GhcbVcpu *vcpu, uint64_t request)
{
    vcpu->msr = vcpu->guest->features << GHCB_MSR_DATA_SHIFT |
                GHCB_MSR_HV_FEATURES_RESP;
    return GHCB_RESUME;
}

static GhcbAction msr_term(GhcbVcpu *vcpu, uint64_t request)
{
    ghcb_end_itself(vcpu, request >> GHCB_MSR_TERM_SET_SHIFT & 0xf,
                    request >> GHCB_MSR_TERM_CODE_SHIFT & 0xff);
    return GHCB_STOP;
}

/* SEV-SNP's requests, of a guest without it. KVM ends such a guest. */
static GhcbAction not_snp(GhcbVcpu *vcpu)
{
    GhcbEnd end = {
        .message = "it made a request that only SEV-SNP guests can make, "
                   "by the GHCB MSR",
    };

    vcpu->ops->end(vcpu->opaque, &end);
    return GHCB_STOP;
}

static const MsrRequest requests[] = {
    { GHCB_MSR_SEV_INFO_REQ, "SEV information", msr_sev_info },
    { GHCB_MSR_CPUID_REQ, "CPUID", msr_cpuid },
    { GHCB_MSR_AP_RESET_HOLD_REQ, "AP reset hold", msr_ap_reset_hold },
    { GHCB_MSR_PREF_GPA_REQ, "preferred GHCB GPA", ghcb_msr_preferred_gpa,
      true },
    { GHCB_MSR_REG_GPA_REQ, "register GHCB GPA", ghcb_msr_register_gpa,
      true },
    { GHCB_MSR_PSC_REQ, "page state change", ghcb_msr_page_state, true },
    { GHCB_MSR_VMPL_REQ, "run VMPL", ghcb_msr_run_vmpl, true },
    { GHCB_MSR_HV_FEATURES_REQ, "hypervisor features", msr_hv_features },
    { GHCB_MSR_TERM_REQ, "termination", msr_term },
};

static const MsrRequest *find(unsigned info)
{
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        if (requests[i].info == info) {
            return &requests[i];
        }
    }
    return NULL;
}

GhcbAction ghcb_msr_protocol(GhcbVcpu *vcpu)
{
    uint64_t request = vcpu->msr;
    const MsrRequest *row = find(request & GHCB_MSR_INFO_MASK);
    GhcbAction action = GHCB_RESUME;

    if (row && row->snp && !vcpu->guest->snp) {
        action = not_snp(vcpu);
    } else if (row) {
        action = row->handle(vcpu, request);
    } else {
        ghcb_diagnose(vcpu, "GHCB MSR 0x%llx: request 0x%llx is unknown, and "
                      "if it is an address, it is not one of a page",
                      (unsigned long long)request,
                      (unsigned long long)(request & GHCB_MSR_INFO_MASK));
    }
    if (vcpu->ops->trace_msr) {
        vcpu->ops->trace_msr(vcpu->opaque, row ? row->name : "unknown",
                             request, vcpu->msr);
    }
    return action;
}

void ghcb_reset(GhcbVcpu *vcpu)
{
    vcpu->msr = sev_info(vcpu->guest);
    vcpu->registered_gpa = GHCB_GPA_NONE;
    vcpu->dr7 = 0x400;
    vcpu->hold = GHCB_HOLD_NONE;
    vcpu->hold_gpa = 0;
    vcpu->start_missed = false;
}
