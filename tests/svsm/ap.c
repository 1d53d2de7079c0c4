/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AP creation (56421 section 4.1), and the SVSM on every CPU: see svsm.h. */
#include "exception.h"
#include "message.h"
#include "smp.h"
#include "snp.h"
#include "svsm.h"
#include "tap.h"
#include "x86.h"

#define PATIENCE 100000000u

/* A page each, and none at a multiple of 2 MiB: processors have an erratum. */
static SevVmsa own_areas[MAX_CPUS] __attribute__((aligned(PAGE_SIZE)));
static uint32_t online = 1;

void ap_request(unsigned what, const struct vcpu *vcpu, unsigned vmpl,
                uint64_t save_area, uint64_t features)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                            (uint64_t)vcpu->apic_id << 32 |
                            vmpl << GHCB_AP_VMPL_SHIFT | what, save_area);

    GHCB_SET(ghcb, rax, features);
    if (ghcb_call(ghcb)) {
        bail_out("AP creation is refused: APIC ID %u, VMPL %u", vcpu->apic_id,
                 vmpl);
    }
}

static void start(unsigned cpu)
{
    SevVmsa *vmsa = &own_areas[cpu];

    save_area_of_svsm(vmsa, cpu);
    /* Any other VMPL may be named, which gets nothing. */
    if (rmpadjust((uintptr_t)vmsa, RMP_PAGE_4K,
                  1 | RMP_ATTR_VMSA).status) {
        bail_out("RMPADJUST makes no save area");
    }
    ap_request(GHCB_AP_CREATE, &vcpus[cpu], SVSM_VMPL, (uintptr_t)vmsa,
               le64_get(vmsa->sev_features));
}

void ap_start_all(void)
{
    for (unsigned cpu = 1; cpu < vcpu_count; cpu++) {
        unsigned patience = PATIENCE;

        start(cpu);
        while (read32((uintptr_t)&online) <= cpu) {
            if (!patience--) {
                bail_out("CPU %u does not start", cpu);
            }
            pause();
        }
    }
}

void svsm_ap_main(void)
{
    exception_init();
    message_init_cpu();
    __atomic_add_fetch(&online, 1, __ATOMIC_SEQ_CST);
    run_guest(this_cpu()->index);
}
