/*
 * Names the calls of a guest to its SVSM, which go by registers and Run VMPL
 * (AMD publication 58019)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/svsm.h"
#include "hypervisor/run/svsm-trace.h"
#include "hypervisor/trace.h"

#define CALLS 8

typedef struct Protocol {
    const char *name;
    const char *calls[CALLS];
} Protocol;

static const Protocol protocols[] = {
    [SVSM_PROTOCOL_CORE] = { "core", {
        [SVSM_CORE_REMAP_CA] = "remap calling area",
        [SVSM_CORE_PVALIDATE] = "PVALIDATE",
        [SVSM_CORE_CREATE_VCPU] = "create vCPU",
        [SVSM_CORE_DELETE_VCPU] = "delete vCPU",
        [SVSM_CORE_DEPOSIT_MEM] = "deposit memory",
        [SVSM_CORE_WITHDRAW_MEM] = "withdraw memory",
        [SVSM_CORE_QUERY_PROTOCOL] = "query protocol",
        [SVSM_CORE_CONFIGURE_VTOM] = "configure vTOM",
    } },
    [SVSM_PROTOCOL_ATTESTATION] = { "attestation", {
        [SVSM_ATTEST_SERVICES] = "attest services",
        [SVSM_ATTEST_SINGLE_SERVICE] = "attest single service",
    } },
    [SVSM_PROTOCOL_VTPM] = { "vTPM", { "query", "command" } },
    [SVSM_PROTOCOL_APIC] = { "APIC", {
        "query features", "configure", "read register", "write register",
        "configure vector",
    } },
    [SVSM_PROTOCOL_UEFI] = { "UEFI variables", { "query", "MM request" } },
};

static const char *protocol_name(uint64_t rax)
{
    uint32_t protocol = rax >> 32;

    return protocol < ARRAY_SIZE(protocols) ? protocols[protocol].name
                                            : "unknown protocol";
}

static const char *call_name(uint64_t rax)
{
    uint32_t protocol = rax >> 32, call = rax;
    const char *name = NULL;

    if (protocol < ARRAY_SIZE(protocols) && call < CALLS) {
        name = protocols[protocol].calls[call];
    }
    return name ?: "unknown call";
}

/* A protocol's own errors are what its instructions answer. */
static const char *result_name(uint64_t rax)
{
    static const char *const errors[] = {
        "INCOMPLETE", "UNSUPPORTED_PROTOCOL", "UNSUPPORTED_CALL",
        "INVALID_ADDRESS", "INVALID_FORMAT", "INVALID_PARAMETER",
        "INVALID_REQUEST", "BUSY",
    };
    uint64_t error = rax - SVSM_ERR_INCOMPLETE;

    if (rax == SVSM_SUCCESS) {
        return "SUCCESS";
    }
    return error < ARRAY_SIZE(errors) ? errors[error] : "error";
}

void svsm_trace_call(SevVcpu *vcpu)
{
    const CPUX86State *env = &vcpu->sev.cpu->env;
    SevVmpl *vmpl = sev_vcpu_vmpl(vcpu);

    if (trace_event_get_state_backends(TRACE_SEV_SVSM_CALL) ||
        trace_event_get_state_backends(TRACE_SEV_SVSM_RESULT)) {
        vmpl->svsm_call = env->regs[R_EAX];
        vmpl->in_svsm_call = true;
        trace_sev_svsm_call(CPU(vcpu->sev.cpu)->cpu_index, vcpu->sev.vmpl,
                            protocol_name(vmpl->svsm_call),
                            call_name(vmpl->svsm_call), vmpl->svsm_call,
                            env->regs[R_ECX], env->regs[R_EDX]);
    }
}

void svsm_trace_result(SevVcpu *vcpu, unsigned n, const SevVmsa *vmsa)
{
    SevVmpl *vmpl = &vcpu->vmpls[n];

    if (vmpl->in_svsm_call) {
        vmpl->in_svsm_call = false;
        trace_sev_svsm_result(CPU(vcpu->sev.cpu)->cpu_index, n,
                              protocol_name(vmpl->svsm_call),
                              call_name(vmpl->svsm_call),
                              result_name(le64_get(vmsa->rax)),
                              le64_get(vmsa->rax));
    }
}
