/*
 * Tells VMPLs with restricted injection of their events (56421, #HV doorbell
 * page; APM volume 2, section 15.36.16)
 *
 * An event is written to the page that the guest has named, then #HV is raised,
 * unless the guest has been told already and has not taken note yet.  One
 * vector has place there, so others wait until it is taken.  A hypervisor finds
 * out at the guest's next exit, of which there are always some; here a timer
 * looks as long as something waits, or the guest has yet to take or to end what
 * it was told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "hw/i386/apic.h"
#include "hypervisor/run/hv-events.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vmpl.h"
#include "hypervisor/trace.h"

/* As long as it has waited, but no longer than */
#define LOOK_AGAIN_MS  16
/* After which something must be wrong */
#define PATIENCE_MS    2000

bool hv_events_restricted(const SevVcpu *vcpu, unsigned vmpl)
{
    return snp_vmpl_features(vcpu->vm, vmpl) &
           VMSA_SEV_FEATURE_RESTRICTED_INJECTION;
}

bool hv_events_has_apic(const SevVcpu *vcpu, uint32_t index)
{
    return hv_events_restricted(vcpu, vcpu->sev.vmpl) &&
           hv_apic_has(index);
}

/* The task priority is CR8, which the CPU has while the VMPL runs. */
static uint8_t priority(const SevVcpu *vcpu, unsigned n)
{
    uint8_t cr8 = n == vcpu->sev.vmpl
                  ? cpu_get_apic_tpr(vcpu->sev.cpu->apic_state)
                  : vcpu->vmpls[n].tpr;

    return cr8 << 4;
}

static bool can_be_told(const SevVcpu *vcpu, unsigned n)
{
    const SevVmpl *vmpl = &vcpu->vmpls[n];

    return vmpl->page && hv_events_restricted(vcpu, n) &&
           vmpl->doorbell != SNP_NO_VMSA;
}

bool hv_events_pending(const SevVcpu *vcpu, unsigned n)
{
    const SevVmpl *vmpl = &vcpu->vmpls[n];

    return can_be_told(vcpu, n) &&
           (vmpl->nmi || hv_apic_next(&vmpl->apic, priority(vcpu, n)) >= 0);
}

static void diagnose_wait(SevVcpu *vcpu, const SevVmpl *vmpl,
                          const GhcbDoorbell *doorbell)
{
    int due = hv_apic_due(&vmpl->apic);
    char waits[40] = "";
    char line[160];

    if (due >= 0) {
        snprintf(waits, sizeof(waits), ", and vector 0x%x waits", due);
    }
    if (doorbell->vector) {
        snprintf(line, sizeof(line), "VMPL %u has not taken vector 0x%x from "
                 "its #HV doorbell page for %d ms%s", vcpu->sev.vmpl,
                 doorbell->vector, PATIENCE_MS, waits);
    } else {
        snprintf(line, sizeof(line), "VMPL %u has not ended vector 0x%x (EOI) "
                 "for %d ms%s", vcpu->sev.vmpl,
                 hv_apic_in_service(&vmpl->apic), PATIENCE_MS, waits);
    }
    sev_vcpu_diagnose(vcpu, line);
}

static void look_again(void *opaque)
{
    vmpl_change_later(opaque);
}

/* The guest has been told of something that it has yet to take, or to end. */
static bool is_at_work(const SevVmpl *vmpl, const GhcbDoorbell *doorbell)
{
    return doorbell->vector || hv_apic_in_service(&vmpl->apic) >= 0;
}

/* What CR8 keeps back may wait for ever. */
static void watch(SevVcpu *vcpu, const SevVmpl *vmpl,
                  const GhcbDoorbell *doorbell)
{
    int64_t now = qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL);
    bool late = is_at_work(vmpl, doorbell);
    int64_t waited;

    if (vcpu->hv_since < 0) {
        vcpu->hv_since = now;
        vcpu->hv_told = false;
    }
    waited = now - vcpu->hv_since;
    if (late && waited >= PATIENCE_MS && !vcpu->hv_told) {
        vcpu->hv_told = true;
        diagnose_wait(vcpu, vmpl, doorbell);
    }
    if (!vcpu->hv_poll) {
        vcpu->hv_poll = timer_new_ms(QEMU_CLOCK_VIRTUAL, look_again, vcpu);
    }
    timer_mod(vcpu->hv_poll, now + MIN(MAX(waited, 1), LOOK_AGAIN_MS));
}

/* Shared RAM alone: no device is to be read and written in a guest's name. */
static bool access_doorbell(const SevVmpl *vmpl, GhcbDoorbell *doorbell,
                            bool write)
{
    const GhcbVcpu *ghcb = &vmpl->ghcb;

    return write ? ghcb->ops->write(ghcb->opaque, vmpl->doorbell, doorbell,
                                    sizeof(*doorbell))
                 : ghcb->ops->read(ghcb->opaque, vmpl->doorbell, doorbell,
                                   sizeof(*doorbell));
}

/* NMIs are the VMPL's own, a machine check is for whatever runs. */
static uint8_t take_flags(SevVcpu *vcpu, SevVmpl *vmpl)
{
    CPUState *cs = CPU(vcpu->sev.cpu);
    uint8_t flags = vmpl->nmi ? GHCB_DOORBELL_NMI : 0;

    vmpl->nmi = false;
    if (cs->interrupt_request & CPU_INTERRUPT_MCE) {
        cpu_reset_interrupt(cs, CPU_INTERRUPT_MCE);
        flags |= GHCB_DOORBELL_MACHINE_CHECK;
    }
    return flags;
}

/* What there is and has place; returns true if the page says more now. */
static bool fill_in(SevVcpu *vcpu, SevVmpl *vmpl, GhcbDoorbell *doorbell,
                    uint8_t tpr)
{
    int vector = doorbell->vector ? -1 : hv_apic_next(&vmpl->apic, tpr);
    uint8_t flags = take_flags(vcpu, vmpl);

    doorbell->flags |= flags;
    if (vector >= 0) {
        hv_apic_accept(&vmpl->apic, vector);
        doorbell->vector = vector;
        doorbell->no_eoi_required = 0;
    }
    return flags || vector >= 0;
}

/*
 * The vCPU does not run meanwhile, and it is its page; what another vCPU
 * changes there at the same time is the guest's mistake.
 */
void hv_events_deliver(SevVcpu *vcpu)
{
    SevVmpl *vmpl = sev_vcpu_vmpl(vcpu);
    uint8_t tpr = priority(vcpu, vcpu->sev.vmpl);
    bool told;
    GhcbDoorbell doorbell;

    if (vcpu->ended || vcpu->destroyed ||
        !can_be_told(vcpu, vcpu->sev.vmpl)) {
        vcpu->hv_since = -1;
        return;
    }
    if (!access_doorbell(vmpl, &doorbell, false)) {
        sev_vcpu_diagnose(vcpu, "the #HV doorbell page is no shared RAM any "
                          "more: there is none from now on");
        vmpl->doorbell = SNP_NO_VMSA;
        return;
    }
    if (fill_in(vcpu, vmpl, &doorbell, tpr)) {
        told = doorbell.flags & GHCB_DOORBELL_NO_FURTHER_SIGNAL;
        doorbell.flags |= GHCB_DOORBELL_NO_FURTHER_SIGNAL;
        access_doorbell(vmpl, &doorbell, true);
        trace_sev_hv(CPU(vcpu->sev.cpu)->cpu_index, vcpu->sev.vmpl,
                     doorbell.vector, doorbell.flags, !told);
        vcpu->hv_since = -1;
        if (!told) {
            cpu_interrupt(CPU(vcpu->sev.cpu), CPU_INTERRUPT_HV);
        }
    }
    if (hv_apic_due(&vmpl->apic) >= 0 || is_at_work(vmpl, &doorbell)) {
        watch(vcpu, vmpl, &doorbell);
    } else {
        vcpu->hv_since = -1;
    }
}

void hv_events_machine_check(SevVcpu *vcpu)
{
    if (can_be_told(vcpu, vcpu->sev.vmpl)) {
        vmpl_change_later(vcpu);
    }
}

void hv_events_leave(SevVcpu *vcpu)
{
    CPUState *cs = CPU(vcpu->sev.cpu);

    sev_vcpu_vmpl(vcpu)->hv_due = cs->interrupt_request & CPU_INTERRUPT_HV;
    cpu_reset_interrupt(cs, CPU_INTERRUPT_HV);
}

void hv_events_enter(SevVcpu *vcpu)
{
    if (sev_vcpu_vmpl(vcpu)->hv_due) {
        cpu_interrupt(CPU(vcpu->sev.cpu), CPU_INTERRUPT_HV);
    }
}

void hv_events_reset(SevVcpu *vcpu, SevVmpl *vmpl)
{
    X86CPU *cpu = vcpu->sev.cpu;

    hv_apic_reset(&vmpl->apic, cpu->apic_id, cpu_is_bsp(cpu));
    vmpl->doorbell = SNP_NO_VMSA;
    vmpl->nmi = vmpl->hv_due = false;
    vcpu->hv_since = -1;
}

static bool refuse(SevVcpu *vcpu, const char *format, uint64_t value)
{
    g_autofree char *line = g_strdup_printf(format, value);

    sev_vcpu_diagnose(vcpu, line);
    return false;
}

static bool set_doorbell(SevVcpu *vcpu, SevVmpl *vmpl, uint64_t gpa)
{
    uint64_t before = vmpl->doorbell;
    GhcbDoorbell doorbell;

    vmpl->doorbell = gpa;
    if (gpa % TARGET_PAGE_SIZE || !access_doorbell(vmpl, &doorbell, false)) {
        vmpl->doorbell = before;
        return refuse(vcpu, "#HV doorbell at 0x%" PRIx64 ": expected a page of "
                      "RAM that is shared", gpa);
    }
    vmpl_change_later(vcpu);
    return true;
}

bool hv_events_doorbell(void *opaque, unsigned request, uint64_t gpa,
                        uint64_t *answer)
{
    SevVcpu *vcpu = opaque;
    SevVmpl *vmpl = sev_vcpu_vmpl(vcpu);

    BQL_LOCK_GUARD();
    switch (request) {
    case GHCB_DOORBELL_SET:
        if (!set_doorbell(vcpu, vmpl, gpa)) {
            return false;
        }
        break;
    case GHCB_DOORBELL_CLEAR:
        vmpl->doorbell = SNP_NO_VMSA;
        break;
    case GHCB_DOORBELL_PREFERRED:
        *answer = UINT64_MAX;
        return true;
    }
    *answer = vmpl->doorbell;
    return true;
}

static void send_to(SevVcpu *from, SevVcpu *to, uint64_t icr)
{
    SevVmpl *vmpl = &to->vmpls[from->sev.vmpl];

    if (HV_ICR_MODE(icr) == HV_ICR_NMI) {
        vmpl->nmi = true;
    } else {
        hv_apic_request(&vmpl->apic, HV_ICR_VECTOR(icr));
    }
    vmpl_change_later(to);
}

static bool send_ipi(SevVcpu *vcpu, uint64_t icr)
{
    uint32_t from = vcpu->sev.cpu->apic_id;
    CPUState *cs;

    if (HV_ICR_MODE(icr) != HV_ICR_FIXED && HV_ICR_MODE(icr) != HV_ICR_NMI) {
        return refuse(vcpu, "#HV IPI 0x%" PRIx64 ": expected a fixed interrupt "
                      "or an NMI", icr);
    }
    CPU_FOREACH(cs) {
        if (hv_apic_is_meant(icr, from, X86_CPU(cs)->apic_id)) {
            send_to(vcpu, sev_vcpu_of(cs), icr);
        }
    }
    return true;
}

/* Others have an APIC of QEMU's, which they send their IPIs with. */
bool hv_events_ipi(void *opaque, uint64_t icr)
{
    SevVcpu *vcpu = opaque;

    if (!hv_events_restricted(vcpu, vcpu->sev.vmpl)) {
        return refuse(vcpu, "#HV IPI 0x%" PRIx64 ": expected a VMPL with "
                      "restricted injection (SEV feature 0x8)", icr);
    }
    BQL_LOCK_GUARD();
    return send_ipi(vcpu, icr);
}

bool hv_events_rdmsr(SevVcpu *vcpu, uint32_t index, uint64_t *value)
{
    BQL_LOCK_GUARD();
    return hv_apic_read(&sev_vcpu_vmpl(vcpu)->apic, index,
                        priority(vcpu, vcpu->sev.vmpl), value);
}

/* Others may be delivered after an EOI, or with another priority. */
bool hv_events_wrmsr(SevVcpu *vcpu, uint32_t index, uint64_t value)
{
    uint8_t tpr;
    uint64_t ipi;

    BQL_LOCK_GUARD();
    tpr = priority(vcpu, vcpu->sev.vmpl);
    if (!hv_apic_write(&sev_vcpu_vmpl(vcpu)->apic, index, value, &tpr, &ipi)) {
        return false;
    }
    cpu_set_apic_tpr(vcpu->sev.cpu->apic_state, tpr >> 4);
    vmpl_change_later(vcpu);
    return !ipi || send_ipi(vcpu, ipi);
}
