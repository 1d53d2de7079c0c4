/*
 * Does to an SEV-SNP guest's pages what its GHCB requests ask for, and tells it
 * of its vCPUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu/snp.h"
#include "hw/core/cpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/snp-vcpu.h"

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
