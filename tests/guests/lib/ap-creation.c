/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Save areas of the guest's, and CPUs that start with them: ap-creation.h. */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "msr.h"
#include "paging.h"
#include "smp.h"
#include "snp.h"
#include "tap.h"
#include "text.h"
#include "x86.h"

#define CR0_PE_ET       0x11u
#define ATTRIB_CODE64   0xa9b
#define ATTRIB_DATA     0xc93
#define APIC_ICR_LOW    0xfee00300
#define APIC_ICR_HIGH   0xfee00310

struct report reports[MAX_CPUS];

static __attribute__((noreturn, used))
void created(uint64_t generation, uint64_t r15)
{
    struct report *report = &reports[this_cpu()->index];

    exception_init();
    report->held = 0;
    report->r15 = r15;
    report->sev_status = rdmsr(MSR_SEV_STATUS);
    report->efer = rdmsr(MSR_EFER);
    report->cr3 = read_cr3();
    asm volatile("mov %%dr0, %0" : "=r"(report->dr0));
    asm volatile("mov %%dr3, %0" : "=r"(report->dr3));
    write32((uintptr_t)&report->generation, generation);
    /* Something else than a start may end a hold, and says so. */
    while (generation & HOLDS && !(report->held >> GHCB_MSR_DATA_SHIFT)) {
        report->held = ghcb_msr(GHCB_MSR_AP_RESET_HOLD_REQ);
    }
    while (generation & HALTS) {
        asm volatile("cli; hlt");
    }
    for (;;) {
        __atomic_add_fetch(&report->rounds, 1, __ATOMIC_SEQ_CST);
        pause();
    }
}

void snp_ap_entry(void);
asm(".pushsection .text\nsnp_ap_entry: mov %r15, %rsi\n"
    "call created\n.popsection");

void save_area_fill(SevVmsa *vmsa, unsigned cpu, unsigned generation)
{
    uintptr_t stack = (uintptr_t)stacks + cpu * STACK_SIZE;
    const SevVmsaSegment data = {
        .selector = le16_of(SEL_DATA), .attrib = le16_of(ATTRIB_DATA),
        .limit = le32_of(~0u),
    };

    *(uint32_t *)stack = cpu;   /* struct cpu: index */
    memset(vmsa, 0, sizeof(*vmsa));
    vmsa->es = vmsa->ss = vmsa->ds = vmsa->fs = vmsa->gs = data;
    vmsa->cs = (SevVmsaSegment) {
        .selector = le16_of(SEL_CODE64), .attrib = le16_of(ATTRIB_CODE64),
        .limit = le32_of(~0u),
    };
    vmsa->gdtr.base = le64_of((uintptr_t)gdt);
    vmsa->gdtr.limit = le32_of(GDT_ENTRIES * 8 - 1);
    vmsa->ldtr.attrib = le16_of(0x82);
    vmsa->tr.attrib = le16_of(0x8b);
    vmsa->tr.limit = le32_of(0xffff);
    vmsa->efer = le64_of(EFER_SVME | EFER_LMA | EFER_LME | EFER_NXE);
    vmsa->cr0 = le64_of(CR0_PG | CR0_WP | CR0_PE_ET);
    vmsa->cr3 = le64_of(base_cr3);
    vmsa->cr4 = le64_of(read_cr4());
    vmsa->dr6 = le64_of(0xffff0ff0);
    vmsa->dr7 = le64_of(0x400);
    vmsa->dr[0] = le64_of(DR(0));
    vmsa->dr[3] = le64_of(DR(3));
    vmsa->rflags = le64_of(2);
    vmsa->rip = le64_of((uintptr_t)snp_ap_entry);
    vmsa->rsp = le64_of(stack + STACK_SIZE);
    vmsa->rdi = le64_of(generation);
    vmsa->r8_15[7] = le64_of(~(uint64_t)generation);
    vmsa->g_pat = le64_of(0x0007040600070406);
    vmsa->xcr0 = le64_of(1);
    vmsa->mxcsr = le32_of(0x1f80);
    vmsa->x87_fcw = le16_of(0x37f);
    vmsa->sev_features = le64_of(FEATURES);
}

SevVmsa *save_area(bool adjusted)
{
    uintptr_t page = fresh_alloc(SIZE_4K);

    page = page % SIZE_2M ? page : fresh_alloc(SIZE_4K);
    snp_accept(page, SIZE_4K);
    if (adjusted && rmpadjust(page, 0, 1 | RMP_ATTR_VMSA).status) {
        bail_out("RMPADJUST makes no save area");
    }
    return (SevVmsa *)page;
}

SevVmsa *save_area_good(unsigned cpu, unsigned generation)
{
    SevVmsa *vmsa = save_area(true);

    save_area_fill(vmsa, cpu, generation);
    return vmsa;
}

Ghcb *ap_request(unsigned what, unsigned apic_id, uint64_t gpa,
                 uint64_t features)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                            (uint64_t)apic_id << 32 | what, gpa);

    GHCB_SET(ghcb, rax, features);
    ghcb_call(ghcb);
    return ghcb;
}

bool ap_request_done(unsigned what, unsigned cpu, const SevVmsa *vmsa)
{
    const Ghcb *ghcb = ap_request(what, cpu, (uintptr_t)vmsa, FEATURES);

    return GHCB_GET(ghcb, sw_exit_info_1) == 0;
}

void ap_send(unsigned cpu, uint32_t command)
{
    write32(APIC_ICR_HIGH, cpu << 24);
    write32(APIC_ICR_LOW, command);
}

bool ap_runs_within(unsigned cpu, unsigned patience)
{
    uint32_t before = read32((uintptr_t)&reports[cpu].rounds);

    for (unsigned i = 0; i < patience; i++) {
        if (read32((uintptr_t)&reports[cpu].rounds) != before) {
            return true;
        }
        pause();
    }
    return false;
}

bool ap_comes_up(unsigned cpu, unsigned generation)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (read32((uintptr_t)&reports[cpu].generation) == generation) {
            return true;
        }
        pause();
    }
    return false;
}
