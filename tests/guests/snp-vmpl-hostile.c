/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMPL 2 of suite "snp_vmpl_random": throws random requests at the hypervisor.
 *
 * It asks for nothing that ends the guest by design: no termination, no
 * access to pages that it has no permission for, no save area that is taken and
 * then has wrong fields, and no change of pages that VMPL 0 uses (a hypervisor
 * makes them shared for whoever asks).
 */
#include "ap-creation.h"
#include "config.h"
#include "exception.h"
#include "msr.h"
#include "paging.h"
#include "probe.h"
#include "random.h"
#include "snp.h"
#include "snp-vmpl-random.h"
#include "vmpl.h"

#define VC_EXIT_MSR_WRITE 1

/* Pages that VMPL 2 may do anything with, of nobody else */
#define OWN_AREA        (SNP_FRESH + 0x800000)
#define OWN_SIZE        SIZE_2M
#define NO_RAM          0xd0000000

static Ghcb *own_ghcb(void)
{
    return (Ghcb *)(SHARED_AREA + (uintptr_t)this_cpu()->index * VC_LEVELS *
                                  PAGE_SIZE);
}

/* By itself: what lib/ghcb.c thinks is registered may be another one. */
static void call(Ghcb *ghcb)
{
    if (below(16)) {
        ghcb_msr((uintptr_t)ghcb | GHCB_MSR_REG_GPA_REQ);
    }
    ghcb_msr((uintptr_t)ghcb);
}

static uint64_t own_page(void)
{
    return OWN_AREA + (below(OWN_SIZE) & -SIZE_4K);
}

/* What no request should take */
static uint64_t bad_page(void)
{
    switch (below(5)) {
    case 0:
        return (uintptr_t)shared.secret;
    case 1:
        return NO_RAM + (below(0x1000000) & -SIZE_4K);
    case 2:
        return (any() | 1ull << 40) & 0xffffffffff000;
    case 3:
        return (uintptr_t)own_ghcb() + 1 + below(4095);
    default:
        return (uintptr_t)shared.readable;
    }
}

static void mark_some(Ghcb *ghcb)
{
    if (!below(16)) {
        ghcb_mark(ghcb, below(128), below(2));
    }
}

/* A VMPL without a stack, which has VMPL 0 run at once */
void give_up(void);
asm(".pushsection .text\n"
    "give_up: wrmsr\n"
    "    rep; vmmcall\n"
    "    jmp give_up\n"
    ".popsection");

/* Of a save area that is right in all, what VMPL starts with it */
static void fill(SevVmsa *vmsa, unsigned vmpl, unsigned cpu)
{
    if (vmpl == OTHER) {
        vmpl_fill(vmsa, vmpl, OTHER_INDEX(cpu), hostile, (uintptr_t)vmsa);
        return;
    }
    save_area_fill(vmsa, OTHER_INDEX(cpu), 0);
    vmsa->vmpl = vmpl;
    vmsa->rip = le64_of((uintptr_t)give_up);
    vmsa->rcx = le64_of(MSR_GHCB);
    vmsa->rax = le64_of(GHCB_MSR_VMPL_REQ);
}

static void good_creation(void)
{
    unsigned vmpl = below(4) ? OTHER : 1 + below(3), cpu = below(shared.cpus);
    SevVmsa *vmsa = below(8) ? NULL : hostile_area(AREAS_KEPT);
    Ghcb *ghcb;

    if (!vmsa) {
        return;
    }
    fill(vmsa, vmpl, cpu);
    ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                      (uint64_t)shared.apic_ids[cpu] << 32 |
                      vmpl << GHCB_AP_VMPL_SHIFT |
                      (below(2) ? GHCB_AP_CREATE : GHCB_AP_CREATE_ON_INIT),
                      (uintptr_t)vmsa);
    GHCB_SET(ghcb, rax, FEATURES);
    call(ghcb);
}

/* Of VMPL 0, with a CPU or a page that there is not, or other features */
static void bad_creation(void)
{
    unsigned what = below(4), vmpl = below(16), cpu = below(shared.cpus);
    uint64_t gpa = bad_page(), features = FEATURES;
    Ghcb *ghcb;

    switch (what) {
    case 0:
        vmpl = 0;
        gpa = (uintptr_t)shared.areas[0];
        break;
    case 1:
        cpu = MAX_CPUS + below(0x7fffffff);
        break;
    case 2:
        gpa = (uintptr_t)shared.areas[0];
        features = below(2) ? FEATURES & ~1ull : any() | 1ull << 40;
        break;
    }
    ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                      (uint64_t)cpu << 32 | vmpl << GHCB_AP_VMPL_SHIFT |
                      below(2) | (below(8) ? 0 : any() << 20), gpa);
    GHCB_SET(ghcb, rax, features);
    mark_some(ghcb);
    call(ghcb);
}

/*
 * Of any but VMPL 0, which it asks for, too, and does not get; not on CPU 0,
 * which would stand still for good with that of the VMPL that runs.
 */
static void destruction(void)
{
    unsigned vmpl = below(8) ? below(RMP_VMPLS) : OTHER;

    if (vmpl == OTHER && below(8)) {
        return;
    }
    call(ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                    (uint64_t)(1 + below(shared.cpus)) << 32 |
                    vmpl << GHCB_AP_VMPL_SHIFT | GHCB_AP_DESTROY, any()));
}

/* Mostly one that is there */
static void run_by_page(void)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_RUN_VMPL,
                            below(8) ? below(RMP_VMPLS) : any_size(), any());

    mark_some(ghcb);
    call(ghcb);
}

static void by_msr(void)
{
    switch (below(8)) {
    case 0:
        ghcb_msr(any() << 32 | below(4) << 30 | GHCB_MSR_CPUID_REQ);
        break;
    case 1:
        ghcb_msr((any() << 12 & ~(1ull << 63)) | GHCB_MSR_REG_GPA_REQ);
        break;
    case 2:
        ghcb_msr((uint64_t)below(16) << GHCB_MSR_PSC_OP_SHIFT | own_page() |
                 GHCB_MSR_PSC_REQ);
        break;
    case 3:
        ghcb_msr(any() << 12 | (below(2) ? GHCB_MSR_HV_FEATURES_REQ
                                         : GHCB_MSR_PREF_GPA_REQ));
        break;
    case 4:
        ghcb_msr(bad_page() & -4096ull);
        break;
    case 5:
        ghcb_msr(any() << 12 | 0x200 | below(0x100));
        break;
    default:
        ghcb_msr((below(8) ? (uint64_t)below(RMP_VMPLS)
                           : any() & GHCB_MSR_VMPL_MASK)
                 << GHCB_MSR_VMPL_SHIFT | GHCB_MSR_VMPL_REQ);
    }
}

static void page_states(void)
{
    Ghcb *ghcb = psc_begin(below(4), below(8));

    for (unsigned i = 0; i < 8; i++) {
        bool is_2m = !below(8);

        psc_entries(ghcb)[i] = psc_entry(is_2m ? OWN_AREA : own_page(),
                                         below(8) ? 1 + below(2) : below(16),
                                         is_2m, below(4) ? 0 : below(514));
    }
    if (!below(16)) {
        GHCB_SET(ghcb, sw_scratch, bad_page());
    }
    mark_some(ghcb);
    call(ghcb);
}

static void doorbell(void)
{
    uintptr_t own = (uintptr_t)shared.doorbells[this_cpu()->index];
    uint64_t gpa = below(2) ? own + (below(2) ? 0 : PAGE_SIZE) : bad_page();
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_HV_DOORBELL,
                            below(8) ? below(4) : any_size(), gpa);

    mark_some(ghcb);
    call(ghcb);
}

static void hv_ipi(void)
{
    uint64_t icr = below(2) ? any()
                            : (uint64_t)below(shared.cpus) << 32 | below(256) |
                              (below(4) ? 0 : 4u << 8) | below(4) << 18;

    call(ghcb_begin(0, GHCB_EXIT_HV_IPI, icr, any()));
}

/*
 * Those of its APIC: with restricted injection, anything.  Else that is QEMU's,
 * by which it could send INIT to whoever runs; its registers are read then.
 */
static void apic_msr(void)
{
    bool base = !below(8);
    Ghcb *ghcb = ghcb_begin(0, VC_EXIT_MSR, shared.restricted && below(2), 0);

    GHCB_SET(ghcb, rcx, base ? MSR_APIC_BASE : 0x800 + below(0x100));
    if (below(2)) {
        GHCB_SET(ghcb, rcx, below(2) ? MSR_EOI : 0x808 + below(2) * 7);
    }
    GHCB_SET(ghcb, rax, below(2) ? below(256) : (uint32_t)any());
    GHCB_SET(ghcb, rdx, below(2) ? 0 : any() & 3);
    if (base && below(2)) {
        GHCB_SET(ghcb, rax, 0xfee00000 | below(0x1000));
        GHCB_SET(ghcb, rdx, 0);
    }
    mark_some(ghcb);
    call(ghcb);
}

static void other_exit(void)
{
    static const uint32_t codes[] = {
        VC_EXIT_CPUID, VC_EXIT_RDTSC, VC_EXIT_RDTSCP, VC_EXIT_RDPMC,
        VC_EXIT_WBINVD, VC_EXIT_INVD, VC_EXIT_MONITOR, VC_EXIT_MWAIT,
        VC_EXIT_VMMCALL, VC_EXIT_DR7_READ, VC_EXIT_DR7_WRITE,
        GHCB_EXIT_NMI_COMPLETE, GHCB_EXIT_GET_APIC_IDS, GHCB_EXIT_HV_FEATURES,
        GHCB_EXIT_HV_TIMER,
    };
    Ghcb *ghcb = ghcb_begin(0, codes[below(sizeof(codes) / sizeof(*codes))],
                            bad_page(), any_size());

    GHCB_SET(ghcb, rax, any_size());
    GHCB_SET(ghcb, rcx, any_size());
    GHCB_SET(ghcb, rdx, any_size());
    ghcb_set_cpl(ghcb, below(4));
    mark_some(ghcb);
    call(ghcb);
}

/* On pages that are not its own: it has no right to, or not to that. */
static void instruction(void)
{
    uintptr_t va = below(2) ? (uintptr_t)(below(2) ? shared.secret
                                                  : shared.readable)
                            : own_page() + (below(2) ? 0 : below(4096));

    catch_vc(rmp_probes[below(RMP_PROBES)], va,
             below(2) ? any_size() : (OTHER | below(0x10000) << 8) << 1);
}

static void access(void)
{
    if (below(2)) {
        catch_vc(below(2) ? probe_read : probe_write, own_page(), any());
    } else if (shared.readable[below(512)] == 0) {
        hostile_fail(READABLE);
    }
}

/* The save area that it runs with: what is written when it is left */
static void own_area(SevVmsa *vmsa)
{
    le64 *regs[] = {
        &vmsa->rax, &vmsa->rbx, &vmsa->rip, &vmsa->rsp, &vmsa->cr3, &vmsa->cr0,
        &vmsa->rflags, &vmsa->star, &vmsa->r8_15[below(8)],
    };

    *regs[below(sizeof(regs) / sizeof(*regs))] = le64_of(any());
    if (below(2)) {
        vmsa->fpreg_xmm[below(256)] = any();
    }
}

/*
 * VMPL 0 of CPU 0 brings it back, and CPU 0 stays awake for that.  With
 * restricted injection #HV wakes it as well.
 */
static void halt(void)
{
    if (this_cpu()->index == OTHER_INDEX(0) || below(32)) {
        return;
    }
    if (below(2)) {
        asm volatile("sti; hlt; cli" : : : "memory");
    } else {
        asm volatile("cli; hlt" : : : "memory");
    }
}

void hostile_clear_doorbells(void)
{
    uintptr_t page = (uintptr_t)shared.doorbells[this_cpu()->index];

    *(volatile uint16_t *)page = below(8) ? 0 : any();
    *(volatile uint16_t *)(page + PAGE_SIZE) = 0;
}

static void one_request(SevVmsa *vmsa)
{
    switch (below(20)) {
    case 0:
        good_creation();
        break;
    case 1:
        bad_creation();
        break;
    case 2:
        destruction();
        break;
    case 3:
        run_by_page();
        break;
    case 4:
    case 5:
        page_states();
        break;
    case 6:
    case 7:
        doorbell();
        break;
    case 8:
    case 9:
        hv_ipi();
        break;
    case 10:
    case 11:
        apic_msr();
        break;
    case 12:
        other_exit();
        break;
    case 13:
        instruction();
        break;
    case 14:
        access();
        break;
    case 15:
        own_area(vmsa);
        break;
    case 16:
        halt();
        break;
    case 17:
        hostile_clear_doorbells();
        break;
    default:
        by_msr();
    }
}

/* It may have been taken away in the middle of anything. */
void hostile(uint64_t area)
{
    struct cpu *cpu = this_cpu();

    cpu->catching = NULL;
    for (;;) {
        one_request((SevVmsa *)area);
        shared.requests[cpu->index]++;
    }
}
