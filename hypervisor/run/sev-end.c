/*
 * Ends a guest that has asked for it, or that its hypervisor cannot go on with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "hw/core/cpu.h"
#include "qapi/qapi-types-run-state.h"
#include "system/runstate.h"
#include "hypervisor/run/sev-end.h"

/* What a guest ends for: for the terminal, and for QMP if it gave a reason */
typedef struct VcpuEnd {
    char *message;
    GuestPanicInformation *info;
} VcpuEnd;

/* A reset that came first has made another guest of it, which goes on. */
static void do_end(CPUState *cs, run_on_cpu_data data)
{
    g_autofree VcpuEnd *end = data.host_ptr;

    BQL_LOCK_GUARD();
    if (sev_vcpu_of(cs)->ended) {
        error_report("SEV: the guest has ended: %s", end->message);
        qemu_system_guest_panicked(end->info);
    } else {
        qapi_free_GuestPanicInformation(end->info);
    }
    g_free(end->message);
}

/* As QEMU 11.0 has it of KVM's guests, in which both members must be */
static GuestPanicInformation *panic_information(const GhcbEnd *end)
{
    GuestPanicInformation *info;

    if (!end->has_reason) {
        return NULL;
    }
    info = g_new0(GuestPanicInformation, 1);
    info->type = GUEST_PANIC_INFORMATION_TYPE_SEV;
    info->u.sev.set = end->reason_set;
    info->u.sev.code = end->reason_code;
    return info;
}

/*
 * Once for a vCPU, whatever finds more reasons before it stops.  A fetch may
 * have found this one, with locks of the translator held, under which nobody
 * takes the BQL; so it waits until this CPU is out of what it does.
 */
void sev_end(void *opaque, const GhcbEnd *end)
{
    SevVcpu *vcpu = opaque;
    VcpuEnd *later;

    if (vcpu->ended) {
        return;
    }
    vcpu->ended = true;
    later = g_new0(VcpuEnd, 1);
    later->message = g_strdup(end->message);
    later->info = panic_information(end);
    async_run_on_cpu(CPU(vcpu->sev.cpu), do_end, RUN_ON_CPU_HOST_PTR(later));
}

void sev_end_for(SevVcpu *vcpu, const char *message)
{
    GhcbEnd end = { .message = message };

    sev_end(vcpu, &end);
}
