/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Save areas (APM volume 2, table B-4): see svsm.h. */
#include "msr.h"
#include "svsm.h"
#include "text.h"
#include "x86.h"

#define EFER_LMA        (1u << 10)
#define EFER_SVME       (1u << 12)
#define CR0_PE_ET       0x11u
#define CR0_RESET       0x10u
#define CR4_MCE         (1u << 6)
#define ATTRIB_CODE64   0xa9b
#define ATTRIB_DATA     0xc93
#define ATTRIB_CODE16   0x9b
#define ATTRIB_DATA16   0x93
#define ATTRIB_LDT      0x82
#define ATTRIB_TSS      0x8b
#define REAL_LIMIT      0xffff
#define RESET_SELECTOR  0xf000
#define RESET_BASE      0xffff0000
#define RESET_IP        0xfff0
#define DR6_RESET       0xffff0ff0
#define DR7_RESET       0x400
#define PAT_RESET       0x0007040600070406
#define MXCSR_RESET     0x1f80
#define FCW_RESET       0x37f

/* What both have */
static void fill(SevVmsa *vmsa, unsigned vmpl, uint64_t features)
{
    memset(vmsa, 0, sizeof(*vmsa));
    vmsa->ldtr.attrib = le16_of(ATTRIB_LDT);
    vmsa->ldtr.limit = le32_of(REAL_LIMIT);
    vmsa->tr.attrib = le16_of(ATTRIB_TSS);
    vmsa->tr.limit = le32_of(REAL_LIMIT);
    vmsa->vmpl = vmpl;
    vmsa->efer = le64_of(EFER_SVME);
    vmsa->dr6 = le64_of(DR6_RESET);
    vmsa->dr7 = le64_of(DR7_RESET);
    vmsa->rflags = le64_of(2);
    vmsa->g_pat = le64_of(PAT_RESET);
    vmsa->xcr0 = le64_of(1);
    vmsa->mxcsr = le32_of(MXCSR_RESET);
    vmsa->x87_fcw = le16_of(FCW_RESET);
    vmsa->sev_features = le64_of(features);
}

static uint64_t own_features(void)
{
    return rdmsr(MSR_SEV_STATUS) >> SEV_STATUS_FEATURES;
}

/* Interrupts come to it as to any guest, and its debug registers by #VC. */
uint64_t guest_features(void)
{
    return own_features() & ~(VMSA_SEV_FEATURE_RESTRICTED_INJECTION |
                              VMSA_SEV_FEATURE_DEBUG_SWAP);
}

/* As this CPU is, at svsm_ap_entry on a stack of its own */
void save_area_of_svsm(SevVmsa *vmsa, unsigned cpu)
{
    const SevVmsaSegment data = {
        .selector = le16_of(SEL_DATA), .attrib = le16_of(ATTRIB_DATA),
        .limit = le32_of(~0u),
    };

    *(uint32_t *)stacks[cpu] = cpu;     /* struct cpu: index */
    fill(vmsa, SVSM_VMPL, own_features());
    vmsa->es = vmsa->ss = vmsa->ds = vmsa->fs = vmsa->gs = data;
    vmsa->cs = (SevVmsaSegment) {
        .selector = le16_of(SEL_CODE64), .attrib = le16_of(ATTRIB_CODE64),
        .limit = le32_of(~0u),
    };
    vmsa->fs.base = le64_of(rdmsr(MSR_FS_BASE));
    vmsa->gdtr.base = le64_of((uintptr_t)gdt);
    vmsa->gdtr.limit = le32_of(GDT_ENTRIES * 8 - 1);
    vmsa->efer = le64_of(EFER_SVME | EFER_LMA | EFER_LME | EFER_NXE);
    vmsa->cr0 = le64_of(CR0_PG | CR0_WP | CR0_PE_ET);
    vmsa->cr3 = le64_of(read_cr3());
    vmsa->cr4 = le64_of(read_cr4());
    vmsa->rip = le64_of((uintptr_t)svsm_ap_entry);
    vmsa->rsp = le64_of((uintptr_t)(stacks[cpu] + STACK_SIZE));
}

/* Out of reset, SIGNATURE as CPUID has it */
void save_area_of_guest(SevVmsa *vmsa, uint32_t signature)
{
    const SevVmsaSegment data = {
        .attrib = le16_of(ATTRIB_DATA16), .limit = le32_of(REAL_LIMIT),
    };

    fill(vmsa, GUEST_VMPL, guest_features());
    vmsa->es = vmsa->ss = vmsa->ds = vmsa->fs = vmsa->gs = data;
    vmsa->cs = (SevVmsaSegment) {
        .selector = le16_of(RESET_SELECTOR), .attrib = le16_of(ATTRIB_CODE16),
        .limit = le32_of(REAL_LIMIT), .base = le64_of(RESET_BASE),
    };
    vmsa->gdtr.limit = le32_of(REAL_LIMIT);
    vmsa->idtr.limit = le32_of(REAL_LIMIT);
    vmsa->cr0 = le64_of(CR0_RESET);
    vmsa->cr4 = le64_of(CR4_MCE);
    vmsa->rip = le64_of(RESET_IP);
    vmsa->rdx = le64_of(signature);
}
