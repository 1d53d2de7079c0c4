/*
 * Runs the VMPLs of an SEV-SNP guest's vCPU, one at a time
 *
 * A vCPU has a save area for each VMPL that the guest has made one for.  Which
 * one runs changes between two instructions, on the vCPU's own thread: when it
 * asks for another by VMGEXIT (Run VMPL), when another vCPU makes or destroys
 * one (AP creation), and when one is to be told of an event (#HV).  Of those
 * that have something to do it is the lowest, as with KVM's planes.  The state
 * of the others is in their save areas, which are pages of the guest's: what a
 * VMPL may change of one with fewer rights is the guest's business.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "abi/snp.h"
#include "cpu/snp.h"
#include "cpu/vmsa.h"
#include "exec/cputlb.h"
#include "hw/core/cpu.h"
#include "hw/i386/apic.h"
#include "hypervisor/run/dead-halt.h"
#include "hypervisor/run/hv-events.h"
#include "hypervisor/run/save-area.h"
#include "hypervisor/run/sev-end.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/svsm-trace.h"
#include "hypervisor/run/vcpu-load.h"
#include "hypervisor/run/vmpl.h"
#include "hypervisor/trace.h"

static CPUX86State *env_of(SevVcpu *vcpu)
{
    return &vcpu->sev.cpu->env;
}

static uint64_t take(uint64_t *gpa)
{
    uint64_t taken = *gpa;

    *gpa = SNP_NO_VMSA;
    return taken;
}

static void set_area(SevVmpl *vmpl, uint64_t gpa)
{
    vmpl->gpa = gpa;
    vmpl->spa = snp_spa(gpa);
    vmpl->page = snp_private_page(gpa);
    vmpl->fresh = true;
    vmpl->runnable = true;
}

/* Devices have one APIC, and with KVM's planes it is the guest's proper. */
bool vmpl_owns_apic(const SevVcpu *vcpu)
{
    for (unsigned n = vcpu->sev.vmpl + 1; n < RMP_VMPLS; n++) {
        if (vcpu->vmpls[n].page) {
            return false;
        }
    }
    return true;
}

/* What a VMCB has besides, and the page */
static void leave(SevVcpu *vcpu, uint64_t exit_code)
{
    SevVmpl *vmpl = sev_vcpu_vmpl(vcpu);
    CPUX86State *env = env_of(vcpu);

    vmpl->halted = CPU(vcpu->sev.cpu)->halted;
    vmpl->shadow = env->hflags & HF_INHIBIT_IRQ_MASK;
    vmpl->in_nmi = env->hflags2 & HF2_NMI_MASK;
    vmpl->tpr = cpu_get_apic_tpr(vcpu->sev.cpu->apic_state);
    hv_events_leave(vcpu);
    save_area_write(vcpu, exit_code);
}

/*
 * A vCPU that starts, with whatever VMPL: what a save area does not have is as
 * after a reset, but for what waits to interrupt it.  (NMIs are none of one
 * that the guest had destroyed.)
 */
static void start(SevVcpu *vcpu)
{
    CPUState *cs = CPU(vcpu->sev.cpu);
    int waiting = cs->interrupt_request &
                  (CPU_INTERRUPT_HARD | CPU_INTERRUPT_POLL |
                   CPU_INTERRUPT_INIT | CPU_INTERRUPT_SIPI |
                   (vcpu->destroyed ? 0 : CPU_INTERRUPT_NMI));

    vcpu->starts = true;
    cpu_reset(cs);
    vcpu->starts = false;
    if (waiting) {
        cpu_interrupt(cs, waiting);
    }
}

static bool has_other(const SevVcpu *vcpu, unsigned n)
{
    for (unsigned i = 0; i < RMP_VMPLS; i++) {
        if (i != n && vcpu->vmpls[i].page) {
            return true;
        }
    }
    return false;
}

/*
 * What a VMPL waited for is over with a new save area, and so are TLB entries
 * that another made at that VMPL.  The GHCB's MSR is no part of that, and stays;
 * so does CR8, unless the vCPU has other VMPLs.
 */
static void begin(SevVcpu *vcpu, unsigned n)
{
    SevVmpl *vmpl = &vcpu->vmpls[n];

    if (has_other(vcpu, n)) {
        vmpl->tpr = 0;
        tlb_flush(CPU(vcpu->sev.cpu));
    } else {
        start(vcpu);
        vmpl->tpr = cpu_get_apic_tpr(vcpu->sev.cpu->apic_state);
    }
    vmpl->fresh = false;
    vmpl->waits_for_sipi = false;
    vmpl->got_sipi = true;
    vmpl->halted = vmpl->shadow = vmpl->in_nmi = false;
    vmpl->in_svsm_call = false;
    ghcb_replaced(&vmpl->ghcb);
    hv_events_reset(vcpu, vmpl);
}

static void load(SevVcpu *vcpu, unsigned n, const SevVmsa *vmsa)
{
    SevVmpl *vmpl = &vcpu->vmpls[n];
    CPUX86State *env = env_of(vcpu);

    vcpu->sev.vmpl = n;
    /* Maybe for want of another; one made later must not interrupt it. */
    vmpl->runnable = true;
    vcpu->sev.ghcb_msr = vmpl->ghcb.msr;
    vcpu_load(vcpu);
    sev_cpu_enter(&vcpu->sev);
    vmsa_load(env, vmsa);
    env->hflags &= ~HF_INHIBIT_IRQ_MASK;
    env->hflags |= vmpl->shadow ? HF_INHIBIT_IRQ_MASK : 0;
    env->hflags2 &= ~HF2_NMI_MASK;
    env->hflags2 |= vmpl->in_nmi ? HF2_NMI_MASK : 0;
    cpu_set_apic_tpr(vcpu->sev.cpu->apic_state, vmpl->tpr);
    CPU(vcpu->sev.cpu)->halted = vmpl->halted;
    hv_events_enter(vcpu);
}

/*
 * VMRUN.  A hypervisor has nothing to go on with where it fails, and KVM ends
 * the guest.
 */
static void enter(SevVcpu *vcpu, unsigned n)
{
    SevVmpl *vmpl = &vcpu->vmpls[n];
    CPUState *cs = CPU(vcpu->sev.cpu);
    SevVmsa vmsa;
    const char *why;
    char text[192];

    if (vcpu->ended) {
        return;
    }
    why = save_area_read(vcpu, n, &vmsa);
    if (why) {
        snprintf(text, sizeof(text), "vCPU %d cannot %s with the save area "
                 "at 0x%" PRIx64 " at VMPL %u: %s", cs->cpu_index,
                 vmpl->fresh ? "start" : "go on", vmpl->gpa, n, why);
        sev_end_for(vcpu, text);
        cs->halted = 1;
        return;
    }
    if (vmpl->fresh) {
        begin(vcpu, n);
    }
    vcpu->destroyed = false;
    svsm_trace_result(vcpu, n, &vmsa);
    load(vcpu, n, &vmsa);
    snp_flush(&vcpu->sev);
}

/*
 * What the guest has asked for of one VMPL, since this vCPU looked last, in its
 * order.  Returns true if what ran with it is over.
 */
static bool change(SevVmpl *vmpl, bool init)
{
    uint64_t gpa = take(&vmpl->create_gpa);
    bool over = vmpl->destroy || gpa != SNP_NO_VMSA;

    if (init && vmpl->on_init_gpa != SNP_NO_VMSA) {
        gpa = take(&vmpl->on_init_gpa);
        over = true;
    }
    if (vmpl->destroy) {
        vmpl->destroy = false;
        vmpl->page = NULL;
    }
    if (gpa != SNP_NO_VMSA) {
        set_area(vmpl, gpa);
    }
    return over;
}

/*
 * The lowest VMPL that has something to do, or else the lowest; RMP_VMPLS if
 * there is none.  One that waits for a SIPI has nothing to do.  Where the one
 * that ran has been destroyed, nobody runs for want of it, as with KVM: who has
 * run it waits until it comes back, by what is created next.  One that waits for
 * a SIPI may do so in its place, or nothing would take the SIPI.
 */
static unsigned choose(const SevVcpu *vcpu)
{
    bool gone = vcpu->destroyed || !vcpu->vmpls[vcpu->sev.vmpl].page;
    unsigned other = RMP_VMPLS;

    for (unsigned n = 0; n < RMP_VMPLS; n++) {
        const SevVmpl *vmpl = &vcpu->vmpls[n];

        if (vmpl->page && vmpl->runnable && !vmpl->waits_for_sipi) {
            return n;
        }
        if (vmpl->page && (!gone || vmpl->waits_for_sipi)) {
            other = MIN(other, n);
        }
    }
    return other;
}

/*
 * What ran has no save area any more.  Only a new one, or an event for another
 * VMPL, makes the vCPU run again: see exit_interrupts().
 */
static void stop(SevVcpu *vcpu)
{
    start(vcpu);
    vcpu->destroyed = true;
    dead_halt_suspect(vcpu->vm);
    CPU(vcpu->sev.cpu)->halted = 1;
}

/*
 * Is there a VMPL above the one that runs, made to run, that has not been run
 * yet?  An SVSM that has nothing to do will want to look.
 */
static bool has_news(const SevVcpu *vcpu)
{
    for (unsigned n = vcpu->sev.vmpl + 1; n < RMP_VMPLS; n++) {
        if (vcpu->vmpls[n].page && vcpu->vmpls[n].fresh) {
            return true;
        }
    }
    return false;
}

static void go_on(SevVcpu *vcpu, bool over)
{
    unsigned now = vcpu->sev.vmpl, next = choose(vcpu);
    uint64_t left_by = vcpu->left_by;

    vcpu->left_by = VMSA_EXIT_INTR;
    sev_vcpu_vmpl(vcpu)->ghcb.msr = vcpu->sev.ghcb_msr;
    if (next == RMP_VMPLS) {
        if (over) {
            stop(vcpu);
        }
    } else if (over || vcpu->destroyed) {
        hv_events_leave(vcpu);
        enter(vcpu, next);
    } else if (next != now) {
        trace_sev_vmpl(CPU(vcpu->sev.cpu)->cpu_index, now, next, left_by);
        if (left_by == VMSA_EXIT_VMGEXIT && next < now) {
            svsm_trace_call(vcpu);
        }
        leave(vcpu, left_by);
        enter(vcpu, next);
    } else {
        /* For want of another, too; one made later must not interrupt it. */
        sev_vcpu_vmpl(vcpu)->runnable = true;
        if (has_news(vcpu) && !sev_vcpu_vmpl(vcpu)->waits_for_sipi) {
            CPU(vcpu->sev.cpu)->halted = 0;
        }
    }
}

static void obey(SevVcpu *vcpu, bool init)
{
    bool over = false;

    for (unsigned n = 0; n < RMP_VMPLS; n++) {
        bool changed = change(&vcpu->vmpls[n], init);

        over = over || (changed && n == vcpu->sev.vmpl);
        vcpu->vmpls[n].runnable |= hv_events_pending(vcpu, n);
    }
    go_on(vcpu, over);
    hv_events_deliver(vcpu);
}

/* On the vCPU's own thread, between two instructions */
static void do_change(CPUState *cs, run_on_cpu_data data)
{
    SevVcpu *vcpu = sev_vcpu_of(cs);

    BQL_LOCK_GUARD();
    vcpu->change_due = false;
    obey(vcpu, false);
}

/*
 * Once is enough for all that is asked for until then, or a guest could have
 * the requests fill the host's memory.
 */
void vmpl_change_later(SevVcpu *vcpu)
{
    if (!vcpu->change_due) {
        vcpu->change_due = true;
        async_run_on_cpu(CPU(vcpu->sev.cpu), do_change, RUN_ON_CPU_NULL);
    }
}

/* Its HLT may come just before it has seen what had been made. */
void vmpl_halt(SevVcpu *vcpu)
{
    if (has_news(vcpu)) {
        BQL_LOCK_GUARD();
        vmpl_change_later(vcpu);
    }
}

bool vmpl_obey_init(SevVcpu *vcpu)
{
    bool made = false;

    for (unsigned n = 0; n < RMP_VMPLS; n++) {
        made = made || vcpu->vmpls[n].on_init_gpa != SNP_NO_VMSA;
    }
    obey(vcpu, made);
    return made;
}

static void refuse(SevVcpu *vcpu, uint64_t vmpl, const char *why)
{
    char line[160];

    snprintf(line, sizeof(line), "Run VMPL %" PRIu64 ": %s", vmpl, why);
    sev_vcpu_diagnose(vcpu, line);
}

bool vmpl_request(void *opaque, uint64_t n)
{
    SevVcpu *vcpu = opaque;
    SevVmpl *vmpl;

    if (n >= RMP_VMPLS) {
        refuse(vcpu, n, "expected VMPL 0 to 3");
        return false;
    }
    BQL_LOCK_GUARD();
    vmpl = &vcpu->vmpls[n];
    if (vmpl->on_init_gpa != SNP_NO_VMSA) {
        /* What runs with another one is over, be it the VMPL that asks. */
        vmpl->create_gpa = take(&vmpl->on_init_gpa);
    } else if (!vmpl->page) {
        refuse(vcpu, n, "this vCPU has no save area for it");
        return false;
    } else if (n < vcpu->sev.vmpl && vmpl->waits_for_sipi) {
        refuse(vcpu, n, "it waits for a SIPI, and has not been started");
        return false;
    }
    /* An event that it has not taken yet comes first. */
    sev_vcpu_vmpl(vcpu)->runnable =
        CPU(vcpu->sev.cpu)->interrupt_request & CPU_INTERRUPT_HV;
    vmpl->runnable = true;
    vcpu->left_by = VMSA_EXIT_VMGEXIT;
    vmpl_change_later(vcpu);
    return true;
}

void vmpl_launch(SevVcpu *vcpu, SevVmsa *page, uint64_t spa)
{
    SevVmpl *vmpl = &vcpu->vmpls[0];

    vmpl->vmsa = *page;
    vmpl->launched = true;
    vmpl->page = page;
    vmpl->spa = spa;
    vmpl->gpa = SNP_VMSA_GPA;
    vmpl->runnable = true;
}

void vmpl_reset(SevVcpu *vcpu)
{
    for (unsigned n = 0; n < RMP_VMPLS; n++) {
        SevVmpl *vmpl = &vcpu->vmpls[n];

        vmpl->page = vmpl->launched ? vmpl->page : NULL;
        vmpl->runnable = vmpl->launched;
        vmpl->fresh = false;
        vmpl->got_sipi = false;
        hv_events_reset(vcpu, vmpl);
        ghcb_reset(&vmpl->ghcb);
    }
    vcpu->vmpls[0].waits_for_sipi = !cpu_is_bsp(vcpu->sev.cpu);
    vcpu->sev.vmpl = 0;
    vcpu->sev.view = NULL;
    vcpu->left_by = VMSA_EXIT_INTR;
    vcpu->destroyed = false;
}
