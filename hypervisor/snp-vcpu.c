/*
 * vCPUs of an SEV-SNP guest: what GHCB requests change, and save areas that
 * the guest makes (56421 section 4.1.8, SNP AP creation)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "cpu/vmsa.h"
#include "hw/core/cpu.h"
#include "hypervisor/snp-host.h"
#include "hypervisor/snp-vcpu.h"
#include "hypervisor/trace.h"

static const char *const request_names[] = {
    [GHCB_AP_CREATE_ON_INIT] = "create on INIT",
    [GHCB_AP_CREATE] = "create",
    [GHCB_AP_DESTROY] = "destroy",
};

bool snp_vcpu_page_state(void *opaque, uint64_t gpa, bool is_2m, bool private)
{
    return snp_set_private(gpa, is_2m ? RMP_PAGE_2M : RMP_PAGE_4K, private);
}

void snp_vcpu_settle(void *opaque)
{
    snp_flush(opaque);
}

unsigned snp_vcpu_apic_ids(void *opaque, uint32_t *ids, unsigned max)
{
    unsigned count = 0;
    CPUState *cs;

    CPU_FOREACH(cs) {
        if (count < max) {
            ids[count] = X86_CPU(cs)->apic_id;
        }
        count++;
    }
    return count;
}

static SevVcpu *find(uint32_t apic_id)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        if (X86_CPU(cs)->apic_id == apic_id) {
            return cpu_env(cs)->sev_vcpu;
        }
    }
    return NULL;
}

/*
 * The GHCB's MSR is no part of a save area, and stays; so does what waits to
 * interrupt the CPU, but for NMIs to one that the guest had destroyed.  What
 * the CPU waited for until now is over.
 */
static void reset(SevVcpu *vcpu)
{
    CPUState *cs = CPU(vcpu->cpu);
    GhcbVcpu ghcb = vcpu->ghcb;
    int waiting = cs->interrupt_request &
                  (CPU_INTERRUPT_HARD | CPU_INTERRUPT_POLL |
                   (vcpu->destroyed ? 0 : CPU_INTERRUPT_NMI));

    cpu_reset(cs);
    if (waiting) {
        cpu_interrupt(cs, waiting);
    }
    vcpu->ghcb = ghcb;
    ghcb_resumed(&vcpu->ghcb);
}

/*
 * VMRUN with the guest's save area.  A hypervisor has nothing to go on with
 * where it fails, and KVM ends the guest.
 */
static void enter_vmsa(SevVcpu *vcpu, uint64_t gpa)
{
    CPUState *cs = CPU(vcpu->cpu);
    CPUX86State *env = cpu_env(cs);
    SevVmsa vmsa;
    const char *why;
    char text[160];
    RmpRule rule;

    if (vcpu->ended) {
        return;
    }
    rule = snp_copy_vmsa(gpa, &vmsa);
    why = rule == RMP_RULE_NONE ? vmsa_check(env, snp_sev_features(), &vmsa)
                                : rmp_rule_text(rule);
    if (why) {
        snprintf(text, sizeof(text), "vCPU %d cannot start with the save area "
                 "at 0x%" PRIx64 ": %s", cs->cpu_index, gpa, why);
        sev_vcpu_end(vcpu, text);
        cs->halted = 1;
        return;
    }
    reset(vcpu);
    vmsa_load(env, &vmsa);
    vcpu->got_sipi = true;
    cs->halted = 0;
    snp_flush(vcpu);
}

/* On the CPU's own thread, between two instructions */
static void do_create(CPUState *cs, run_on_cpu_data data)
{
    SevVcpu *vcpu = cpu_env(cs)->sev_vcpu;

    BQL_LOCK_GUARD();
    enter_vmsa(vcpu, data.target_ptr);
}

static void do_create_on_init(CPUState *cs, run_on_cpu_data data)
{
    cpu_env(cs)->sev_vcpu->next_vmsa_gpa = data.target_ptr;
}

/* Only a new save area makes it run again: see sev_cpu_interrupts(). */
static void do_destroy(CPUState *cs, run_on_cpu_data data)
{
    SevVcpu *vcpu = cpu_env(cs)->sev_vcpu;

    BQL_LOCK_GUARD();
    vcpu->next_vmsa_gpa = SNP_NO_VMSA;
    reset(vcpu);
    vcpu->destroyed = true;
    cs->halted = 1;
}

bool snp_vcpu_init(SevVcpu *vcpu)
{
    uint64_t gpa = vcpu->next_vmsa_gpa;

    if (gpa == SNP_NO_VMSA) {
        return false;
    }
    vcpu->next_vmsa_gpa = SNP_NO_VMSA;
    enter_vmsa(vcpu, gpa);
    return true;
}

/* As KVM: a VMSA at a multiple of 2 MiB hits an erratum of the hardware. */
static const char *bad_vmsa(uint64_t gpa, uint64_t sev_features)
{
    RmpEntry entry;

    if (gpa % TARGET_PAGE_SIZE) {
        return "is not aligned to 4 KiB";
    }
    if (gpa % RMP_2M_PAGE_SIZE == 0) {
        return "is at a multiple of 2 MiB, which processors have an erratum "
               "about";
    }
    if (!rmp_get(snp_rmp(), snp_spa(gpa), &entry)) {
        return "is not RAM";
    }
    if (!entry.assigned || !entry.validated || !entry.vmsa) {
        return "has not been made one by RMPADJUST";
    }
    if (sev_features != snp_sev_features()) {
        return "comes with other SEV features than the guest was launched "
               "with";
    }
    return NULL;
}

static bool refuse(SevVcpu *vcpu, uint32_t apic_id, unsigned request,
                   const char *why)
{
    char line[200];

    snprintf(line, sizeof(line), "AP creation (%s) for APIC ID %u: %s",
             request_names[request], apic_id, why);
    sev_vcpu_diagnose(vcpu, line);
    return false;
}

bool snp_vcpu_ap_creation(void *opaque, uint32_t apic_id, unsigned request,
                          uint64_t vmsa_gpa, uint64_t sev_features)
{
    SevVcpu *vcpu = opaque, *target = find(apic_id);
    run_on_cpu_func work = do_destroy;
    const char *why = NULL;
    char line[160];

    trace_sev_snp_ap_creation(CPU(vcpu->cpu)->cpu_index, apic_id,
                              request_names[request], vmsa_gpa);
    if (!target) {
        return refuse(vcpu, apic_id, request, "there is no such vCPU");
    }
    if (request != GHCB_AP_DESTROY) {
        work = request == GHCB_AP_CREATE ? do_create : do_create_on_init;
        why = bad_vmsa(vmsa_gpa, sev_features);
    }
    if (why) {
        snprintf(line, sizeof(line), "the save area at 0x%" PRIx64 " %s",
                 vmsa_gpa, why);
        return refuse(vcpu, apic_id, request, line);
    }
    async_run_on_cpu(CPU(target->cpu), work,
                     RUN_ON_CPU_TARGET_PTR(vmsa_gpa));
    return true;
}
