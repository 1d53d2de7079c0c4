/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A CPU lets the guest run, answers what it calls for, and lets it run again:
 * see svsm.h.  Without a save area for the guest's VMPL there is nothing to
 * do, until AP creation for this CPU ends HLT.
 */
#include "calls.h"
#include "memory.h"
#include "svsm.h"
#include "tap.h"

#define EFER_SVME (1u << 12)

/* One call at a time: page states, CPUs and messages are all of them's. */
static struct lock calls;

/* Whether the guest may be entered with it */
static void set_svme(SevVmsa *vmsa, bool on)
{
    uint64_t efer = le64_get(vmsa->efer) & ~(uint64_t)EFER_SVME;

    vmsa->efer = le64_of(efer | (on ? EFER_SVME : 0));
}

static bool take_pending(uint64_t calling_area)
{
    const uint8_t none = 0;
    uint8_t pending;

    return guest_read(calling_area, &pending, sizeof(pending)) && pending &&
           guest_write(calling_area, &none, sizeof(none));
}

/* What there is to be done after the guest has left */
static void answer(struct vcpu *vcpu, SevVmsa *vmsa)
{
    struct call call = {
        .vcpu = vcpu, .rax = le64_get(vmsa->rax), .rcx = le64_get(vmsa->rcx),
        .rdx = le64_get(vmsa->rdx), .r8 = le64_get(vmsa->r8_15[0]),
    };

    if (le64_get(vmsa->guest_exit_code) != VMSA_EXIT_VMGEXIT ||
        !take_pending(vcpu->calling_area)) {
        return;
    }
    call_do(&call);
    vmsa->rax = le64_of(call.rax);
    vmsa->rcx = le64_of(call.rcx);
    vmsa->rdx = le64_of(call.rdx);
    vmsa->r8_15[0] = le64_of(call.r8);
}

/*
 * Another save area may have become this CPU's while the guest ran.  Then what
 * the old one has asked for is lost with it; and if the new one has not run
 * either, it is for the host to begin with: false.
 */
static bool after(struct vcpu *vcpu)
{
    SevVmsa *vmsa;
    bool has_run;

    lock(&calls);
    vmsa = (SevVmsa *)vcpu->save_area;
    has_run = vmsa && le64_get(vmsa->guest_exit_code) != NOT_RUN;
    if (has_run) {
        set_svme(vmsa, false);
        answer(vcpu, vmsa);
    }
    unlock(&calls);
    return has_run;
}

static bool before(struct vcpu *vcpu)
{
    SevVmsa *vmsa;

    lock(&calls);
    vmsa = (SevVmsa *)vcpu->save_area;
    if (vmsa) {
        set_svme(vmsa, true);
    }
    unlock(&calls);
    return vmsa;
}

/*
 * Comes back when this VMPL is called, or interrupted; false: not entered. A
 * save area that the guest has announced may not be the host's yet.
 */
static bool enter(unsigned cpu)
{
    uint64_t answer = ghcb_msr((uint64_t)GUEST_VMPL << GHCB_MSR_VMPL_SHIFT |
                               GHCB_MSR_VMPL_REQ);
    bool done = !(answer >> GHCB_MSR_VMPL_ERROR_SHIFT);

    if ((answer & GHCB_MSR_INFO_MASK) != GHCB_MSR_VMPL_RESP ||
        (!done && !cpu)) {
        bail_out("CPU %u: the host does not run VMPL %u: %x", cpu, GUEST_VMPL,
                 answer);
    }
    return done;
}

void run_guest(unsigned cpu)
{
    struct vcpu *vcpu = &vcpus[cpu];
    bool again = !cpu;

    /* Another CPU than the boot CPU has nothing to run before it is woken. */
    for (;;) {
        if (!again) {
            asm volatile("hlt" : : : "memory");
        }
        again = before(vcpu) && enter(cpu) && after(vcpu);
    }
}
