/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the state of a CPU after reset (APM volume 2, table 14-1), where it is
 * not zero, and the bits that KVM adds for its own sake: EFER.SVME, CR4.MCE.
 */

#include <string.h>
#include "guest-owner/measure/vmsa.h"

#define RESET_CS_SELECTOR 0xf000
#define RESET_CS_BASE     0xffff0000
#define RESET_RIP         0xfff0
#define RESET_LIMIT       0xffff

/* Present; code or data that was accessed, LDT, busy 32-bit TSS */
#define ATTRIB_CODE 0x9b
#define ATTRIB_DATA 0x93
#define ATTRIB_LDT  0x82
#define ATTRIB_TSS  0x8b

static void set_segment(SevVmsaSegment *segment, uint16_t attrib)
{
    segment->attrib = le16_of(attrib);
    segment->limit = le32_of(RESET_LIMIT);
}

static void set_segments(SevVmsa *vmsa)
{
    set_segment(&vmsa->es, ATTRIB_DATA);
    set_segment(&vmsa->cs, ATTRIB_CODE);
    set_segment(&vmsa->ss, ATTRIB_DATA);
    set_segment(&vmsa->ds, ATTRIB_DATA);
    set_segment(&vmsa->fs, ATTRIB_DATA);
    set_segment(&vmsa->gs, ATTRIB_DATA);
    set_segment(&vmsa->gdtr, 0);
    set_segment(&vmsa->ldtr, ATTRIB_LDT);
    set_segment(&vmsa->idtr, 0);
    set_segment(&vmsa->tr, ATTRIB_TSS);
}

/* QEMU splits the firmware's reset vector of CPUs but the first so. */
static void set_start(SevVmsa *vmsa, const GuestCpus *cpus, bool first)
{
    uint32_t base = first ? RESET_CS_BASE : cpus->reset_eip & 0xffff0000;
    uint32_t rip = first ? RESET_RIP : cpus->reset_eip & 0xffff;

    vmsa->cs.selector = le16_of(RESET_CS_SELECTOR);
    vmsa->cs.base = le64_of(base);
    vmsa->rip = le64_of(rip);
}

void vmsa_build(const GuestCpus *cpus, bool first, SevVmsa *vmsa)
{
    memset(vmsa, 0, sizeof(*vmsa));
    set_segments(vmsa);
    set_start(vmsa, cpus, first);
    vmsa->efer = le64_of(0x1000);
    vmsa->cr4 = le64_of(0x40);
    vmsa->cr0 = le64_of(0x10);
    vmsa->dr7 = le64_of(0x400);
    vmsa->dr6 = le64_of(0xffff0ff0);
    vmsa->rflags = le64_of(0x2);
    vmsa->g_pat = le64_of(0x0007040600070406);
    vmsa->rdx = le64_of(cpus->signature);
    vmsa->xcr0 = le64_of(0x1);
    if (!cpus->legacy) {
        vmsa->mxcsr = le32_of(0x1f80);
        vmsa->x87_fcw = le16_of(0x37f);
    }
}
