/*
 * The table of exits: each that a guest's #VC handler can meet, and each that
 * it can ask for with a GHCB (56421 section 4.1)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>

#include "hypervisor/ghcb/ghcb-request.h"

#define GP_VECTOR 13

static unsigned handle_nothing(GhcbVcpu *vcpu, GhcbRequest *request)
{
    return 0;
}

/*
 * DR7 stays the CPU's own; the hypervisor only keeps what the guest thinks.
 * KVM keeps nothing and leaves RAX as it was.
 */
static unsigned handle_dr7_read(GhcbVcpu *vcpu, GhcbRequest *request)
{
    request->rax = vcpu->dr7;
    return 0;
}

static unsigned handle_dr7_write(GhcbVcpu *vcpu, GhcbRequest *request)
{
    vcpu->dr7 = request->rax;
    return 0;
}

static unsigned handle_rdtsc(GhcbVcpu *vcpu, GhcbRequest *request)
{
    uint32_t aux;
    uint64_t tsc = vcpu->ops->rdtsc(vcpu->opaque, &aux);

    request->rax = (uint32_t)tsc;
    request->rdx = tsc >> 32;
    return 0;
}

static unsigned handle_rdtscp(GhcbVcpu *vcpu, GhcbRequest *request)
{
    uint32_t aux;
    uint64_t tsc = vcpu->ops->rdtsc(vcpu->opaque, &aux);

    request->rax = (uint32_t)tsc;
    request->rdx = tsc >> 32;
    request->rcx = aux;
    return 0;
}

/* There is no counter, so each number is out of range. */
static unsigned handle_rdpmc(GhcbVcpu *vcpu, GhcbRequest *request)
{
    ghcb_inject(request, GP_VECTOR, true);
    return 0;
}

static unsigned cpuid_needs(const GhcbRequest *request)
{
    return (uint32_t)request->rax == 0xd ? GHCB_NEEDS_XCR0 : 0;
}

static unsigned handle_cpuid(GhcbVcpu *vcpu, GhcbRequest *request)
{
    bool told = request->has & GHCB_NEEDS_XCR0;
    uint32_t regs[4];

    vcpu->ops->cpuid(vcpu->opaque, request->rax, request->rcx,
                     told ? &request->xcr0 : NULL, regs);
    request->rax = regs[0];
    request->rbx = regs[1];
    request->rcx = regs[2];
    request->rdx = regs[3];
    return 0;
}

static unsigned msr_needs(const GhcbRequest *request)
{
    return request->info_1 ? GHCB_NEEDS_RAX | GHCB_NEEDS_RDX : 0;
}

static unsigned handle_msr(GhcbVcpu *vcpu, GhcbRequest *request)
{
    uint64_t value = (uint32_t)request->rax | request->rdx << 32;
    bool done;

    if (request->info_1 > 1) {
        ghcb_diagnose(vcpu, "MSR access with SW_EXITINFO1 0x%llx: expected 0 "
                      "(read) or 1 (write)",
                      (unsigned long long)request->info_1);
        return GHCB_ERR_INVALID_INPUT;
    }
    if (request->info_1) {
        done = vcpu->ops->wrmsr(vcpu->opaque, request->rcx, value);
    } else {
        done = vcpu->ops->rdmsr(vcpu->opaque, request->rcx, &value);
        if (done) {
            request->rax = (uint32_t)value;
            request->rdx = value >> 32;
        }
    }
    if (!done) {
        ghcb_inject(request, GP_VECTOR, true);
    }
    return 0;
}

/* There are no hypercalls. KVM refuses them above CPL 0 without looking. */
static unsigned handle_vmmcall(GhcbVcpu *vcpu, GhcbRequest *request)
{
    request->rax = request->cpl ? -(uint64_t)GHCB_KVM_EPERM
                                : -(uint64_t)GHCB_KVM_ENOSYS;
    return 0;
}

static unsigned handle_nmi_complete(GhcbVcpu *vcpu, GhcbRequest *request)
{
    vcpu->ops->nmi_complete(vcpu->opaque);
    return 0;
}

/* SW_EXITINFO2 is 0 unless it is a SIPI that ends it: ghcb_sipi(). */
static unsigned handle_ap_reset_hold(GhcbVcpu *vcpu, GhcbRequest *request)
{
    if (ghcb_take_missed_start(vcpu)) {
        request->answer_2 = 1;
        return 0;
    }
    vcpu->hold = GHCB_HOLD_NAE;
    vcpu->hold_gpa = request->gpa;
    request->action = GHCB_WAIT;
    return 0;
}

static unsigned handle_ap_jump_table(GhcbVcpu *vcpu, GhcbRequest *request)
{
    switch (request->info_1) {
    case GHCB_AP_JUMP_TABLE_SET:
        vcpu->guest->ap_jump_table = request->info_2;
        return 0;
    case GHCB_AP_JUMP_TABLE_GET:
        request->answer_2 = vcpu->guest->ap_jump_table;
        return 0;
    default:
        ghcb_diagnose(vcpu, "AP jump table with SW_EXITINFO1 0x%llx: expected "
                      "0 (set) or 1 (get)",
                      (unsigned long long)request->info_1);
        return GHCB_ERR_INVALID_INPUT;
    }
}

static unsigned handle_hv_features(GhcbVcpu *vcpu, GhcbRequest *request)
{
    request->answer_2 = vcpu->guest->features;
    return 0;
}

static unsigned handle_term_request(GhcbVcpu *vcpu, GhcbRequest *request)
{
    request->action = GHCB_STOP;
    ghcb_end_itself(vcpu, request->info_1 & 0xf, request->info_1 >> 4 & 0xff);
    return 0;
}

/* The guest's handler does not know this #VC. KVM ends such a guest too. */
static unsigned handle_unsupported_event(GhcbVcpu *vcpu, GhcbRequest *request)
{
    char text[128];
    GhcbEnd end = { .message = text };

    snprintf(text, sizeof(text), "its #VC handler does not know exit code "
             "0x%llx (%s)", (unsigned long long)request->info_1,
             ghcb_exit_name(request->info_1));
    request->action = GHCB_STOP;
    vcpu->ops->end(vcpu->opaque, &end);
    return 0;
}

/* The CPU raises #VC with these, but nobody can ask a hypervisor for them. */
#define CPU_ONLY(CODE, NAME) { CODE, NAME, 0, NULL, NULL }

static const GhcbExit exits[] = {
    { VC_EXIT_DR7_READ, "DR7 read", 0, NULL, handle_dr7_read },
    { VC_EXIT_DR7_WRITE, "DR7 write", GHCB_NEEDS_RAX, NULL,
      handle_dr7_write },
    CPU_ONLY(VC_EXIT_EXCP_DB, "#DB"),
    CPU_ONLY(VC_EXIT_EXCP_AC, "#AC"),
    { VC_EXIT_RDTSC, "RDTSC", 0, NULL, handle_rdtsc },
    { VC_EXIT_RDPMC, "RDPMC", GHCB_NEEDS_RCX, NULL, handle_rdpmc },
    { VC_EXIT_CPUID, "CPUID", GHCB_NEEDS_RAX | GHCB_NEEDS_RCX, cpuid_needs,
      handle_cpuid },
    CPU_ONLY(VC_EXIT_RSM, "RSM"),
    { VC_EXIT_INVD, "INVD", 0, NULL, handle_nothing },
    CPU_ONLY(VC_EXIT_INVLPGA, "INVLPGA"),
    { VC_EXIT_IOIO, "IOIO", 0, ghcb_ioio_needs, ghcb_handle_ioio },
    { VC_EXIT_MSR, "MSR", GHCB_NEEDS_RCX, msr_needs, handle_msr },
    CPU_ONLY(VC_EXIT_TASK_SWITCH, "task switch"),
    CPU_ONLY(VC_EXIT_VMRUN, "VMRUN"),
    { VC_EXIT_VMMCALL, "VMMCALL", GHCB_NEEDS_RAX | GHCB_NEEDS_CPL, NULL,
      handle_vmmcall },
    CPU_ONLY(VC_EXIT_VMLOAD, "VMLOAD"),
    CPU_ONLY(VC_EXIT_VMSAVE, "VMSAVE"),
    CPU_ONLY(VC_EXIT_STGI, "STGI"),
    CPU_ONLY(VC_EXIT_CLGI, "CLGI"),
    CPU_ONLY(VC_EXIT_SKINIT, "SKINIT"),
    { VC_EXIT_RDTSCP, "RDTSCP", 0, NULL, handle_rdtscp },
    { VC_EXIT_WBINVD, "WBINVD", 0, NULL, handle_nothing },
    { VC_EXIT_MONITOR, "MONITOR",
      GHCB_NEEDS_RAX | GHCB_NEEDS_RCX | GHCB_NEEDS_RDX, NULL,
      handle_nothing },
    { VC_EXIT_MWAIT, "MWAIT", GHCB_NEEDS_RAX | GHCB_NEEDS_RCX, NULL,
      handle_nothing },
    CPU_ONLY(VC_EXIT_MWAIT_COND, "MWAIT (conditional)"),
    CPU_ONLY(VC_EXIT_RDPRU, "RDPRU"),
    CPU_ONLY(VC_EXIT_NPF, "MMIO"),
    CPU_ONLY(VC_EXIT_NOT_VALIDATED, "page not validated"),

    { GHCB_EXIT_MMIO_READ, "MMIO read", GHCB_NEEDS_SCRATCH, NULL,
      ghcb_handle_mmio_read },
    { GHCB_EXIT_MMIO_WRITE, "MMIO write", GHCB_NEEDS_SCRATCH, NULL,
      ghcb_handle_mmio_write },
    { GHCB_EXIT_NMI_COMPLETE, "NMI complete", 0, NULL, handle_nmi_complete },
    { GHCB_EXIT_AP_RESET_HOLD, "AP reset hold", 0, NULL,
      handle_ap_reset_hold },
    { GHCB_EXIT_AP_JUMP_TABLE, "AP jump table", 0, NULL,
      handle_ap_jump_table },
    { GHCB_EXIT_PSC, "page state change", GHCB_NEEDS_SCRATCH, NULL,
      ghcb_handle_page_state, true },
    { GHCB_EXIT_GUEST_REQUEST, "guest request", 0, NULL,
      ghcb_handle_guest_request, true },
    { GHCB_EXIT_EXT_GUEST_REQUEST, "extended guest request", 0, NULL,
      ghcb_handle_ext_guest_request, true },
    { GHCB_EXIT_AP_CREATION, "AP creation", 0, ghcb_ap_creation_needs,
      ghcb_handle_ap_creation, true },
    { GHCB_EXIT_HV_DOORBELL, "#HV doorbell", 0, NULL, ghcb_handle_doorbell,
      true },
    { GHCB_EXIT_HV_IPI, "#HV IPI", 0, NULL, ghcb_handle_hv_ipi, true },
    { GHCB_EXIT_RUN_VMPL, "run VMPL", 0, NULL, ghcb_handle_run_vmpl, true },
    { GHCB_EXIT_GET_APIC_IDS, "APIC ids", GHCB_NEEDS_RAX, NULL,
      ghcb_handle_apic_ids, true },
    { GHCB_EXIT_HV_FEATURES, "hypervisor features", 0, NULL,
      handle_hv_features },
    { GHCB_EXIT_TERM_REQUEST, "termination", 0, NULL, handle_term_request },
    { GHCB_EXIT_UNSUPPORTED_EVENT, "unsupported event", 0, NULL,
      handle_unsupported_event },
};

const GhcbExit *ghcb_exit_find(uint64_t code)
{
    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        if (exits[i].code == code) {
            return &exits[i];
        }
    }
    return NULL;
}

const char *ghcb_exit_name(uint64_t exit_code)
{
    const GhcbExit *row = ghcb_exit_find(exit_code);

    return row ? row->name : "unknown";
}
