/*
 * Does to vCPUs of an SEV-SNP guest what its GHCB requests ask for, and starts
 * them with save areas that it makes (56421 section 4.1.8, SNP AP creation)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "abi/snp.h"
#include "cpu/snp.h"
#include "cpu/vmsa.h"
#include "hw/core/cpu.h"
#include "hw/i386/apic.h"
#include "hypervisor/run/dead-halt.h"
#include "hypervisor/run/sev-end.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/snp-vcpu.h"
#include "hypervisor/trace.h"

static const char *const request_names[] = {
    [GHCB_AP_CREATE_ON_INIT] = "create on INIT",
    [GHCB_AP_CREATE] = "create",
    [GHCB_AP_DESTROY] = "destroy",
};

bool snp_vcpu_page_state(void *opaque, uint64_t gpa, bool is_2m, bool private)
{
    SevVcpu *vcpu = opaque;

    return snp_set_private(&vcpu->sev, gpa, is_2m ? RMP_PAGE_2M : RMP_PAGE_4K,
                           private);
}

void snp_vcpu_settle(void *opaque)
{
    SevVcpu *vcpu = opaque;

    snp_flush(&vcpu->sev);
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
            return sev_vcpu_of(cs);
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
    CPUState *cs = CPU(vcpu->sev.cpu);
    GhcbVcpu ghcb = vcpu->ghcb;
    uint64_t msr = vcpu->sev.ghcb_msr;
    int waiting = cs->interrupt_request &
                  (CPU_INTERRUPT_HARD | CPU_INTERRUPT_POLL |
                   CPU_INTERRUPT_INIT | CPU_INTERRUPT_SIPI |
                   (vcpu->destroyed ? 0 : CPU_INTERRUPT_NMI));

    cpu_reset(cs);
    if (waiting) {
        cpu_interrupt(cs, waiting);
    }
    vcpu->ghcb = ghcb;
    vcpu->sev.ghcb_msr = msr;
    ghcb_replaced(&vcpu->ghcb);
    vcpu->waits_for_sipi = false;
}

/*
 * VMRUN with the guest's save area.  A hypervisor has nothing to go on with
 * where it fails, and KVM ends the guest.
 */
static void enter_vmsa(SevVcpu *vcpu, uint64_t gpa)
{
    CPUState *cs = CPU(vcpu->sev.cpu);
    CPUX86State *env = cpu_env(cs);
    SevVmsa vmsa;
    const char *why;
    char text[160];
    RmpRule rule;

    if (vcpu->ended) {
        return;
    }
    rule = snp_copy_vmsa(&vcpu->sev, gpa, &vmsa);
    why = rule == RMP_RULE_NONE
          ? vmsa_check(env, vcpu->sev.vmpl, vcpu->sev.features, &vmsa)
          : rmp_rule_text(rule);
    if (why) {
        snprintf(text, sizeof(text), "vCPU %d cannot start with the save area "
                 "at 0x%" PRIx64 ": %s", cs->cpu_index, gpa, why);
        sev_end_for(vcpu, text);
        cs->halted = 1;
        return;
    }
    reset(vcpu);
    vmsa_load(env, &vmsa);
    vcpu->got_sipi = true;
    cs->halted = 0;
    snp_flush(&vcpu->sev);
}

static uint64_t take(uint64_t *gpa)
{
    uint64_t taken = *gpa;

    *gpa = SNP_NO_VMSA;
    return taken;
}

/*
 * What the guest has asked for, since this vCPU looked last, in its order.
 * Only a new save area makes a destroyed one run again: see
 * exit_interrupts().
 */
static void obey(SevVcpu *vcpu)
{
    CPUState *cs = CPU(vcpu->sev.cpu);
    uint64_t gpa = take(&vcpu->create_gpa);

    if (vcpu->destroy) {
        vcpu->destroy = false;
        reset(vcpu);
        vcpu->destroyed = true;
        dead_halt_suspect(vcpu->vm);
        cs->halted = 1;
    }
    if (gpa != SNP_NO_VMSA) {
        enter_vmsa(vcpu, gpa);
    }
}

/* On the vCPU's own thread, between two instructions */
static void do_obey(CPUState *cs, run_on_cpu_data data)
{
    BQL_LOCK_GUARD();
    obey(sev_vcpu_of(cs));
}

bool snp_vcpu_init(SevVcpu *vcpu)
{
    uint64_t gpa;

    obey(vcpu);
    gpa = take(&vcpu->on_init_gpa);
    if (gpa == SNP_NO_VMSA) {
        return false;
    }
    enter_vmsa(vcpu, gpa);
    return true;
}

/*
 * The request is there as soon as it is made, so that an INIT that the guest
 * sends after it finds it, even where the vCPU sees INIT before it comes to do
 * what it was asked for.  One that waits to be obeyed already stands for all
 * that follow, or a guest could have them fill the host's memory.
 */
static void request_change(SevVcpu *target, unsigned request, uint64_t gpa)
{
    bool waits = target->create_gpa != SNP_NO_VMSA || target->destroy;

    target->on_init_gpa = SNP_NO_VMSA;
    switch (request) {
    case GHCB_AP_CREATE_ON_INIT:
        target->on_init_gpa = gpa;
        return;
    case GHCB_AP_CREATE:
        target->create_gpa = gpa;
        break;
    case GHCB_AP_DESTROY:
        target->create_gpa = SNP_NO_VMSA;
        target->destroy = true;
        break;
    }
    if (!waits) {
        async_run_on_cpu(CPU(target->sev.cpu), do_obey, RUN_ON_CPU_NULL);
    }
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
    /* The RMP has more than the guest's memory, at addresses above it. */
    if (!snp_private_page(gpa) ||
        !rmp_get(snp_rmp(), snp_spa(gpa), &entry)) {
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
    const char *why = NULL;
    char line[160];

    trace_sev_snp_ap_creation(CPU(vcpu->sev.cpu)->cpu_index, apic_id,
                              request_names[request], vmsa_gpa);
    if (!target) {
        return refuse(vcpu, apic_id, request, "there is no such vCPU");
    }
    if (request != GHCB_AP_DESTROY) {
        why = bad_vmsa(vmsa_gpa, sev_features);
    }
    if (why) {
        snprintf(line, sizeof(line), "the save area at 0x%" PRIx64 " %s",
                 vmsa_gpa, why);
        return refuse(vcpu, apic_id, request, line);
    }
    BQL_LOCK_GUARD();
    request_change(target, request, vmsa_gpa);
    if (request == GHCB_AP_CREATE) {
        forget_init(target->sev.cpu);
    }
    return true;
}
