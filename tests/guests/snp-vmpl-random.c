/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_random": on each of "cpus=" CPUs VMPL 2 throws random
 * requests at the hypervisor, from "seed=", while VMPL 0 runs it "rounds="
 * times, gives it another save area when it has lost its own, and looks after
 * each time whether anything has changed that VMPL 2 has no right to.
 *
 * VMPL 2 asks for nothing that ends the guest by design: no termination, no
 * access to pages that it has no permission for, no save area that is taken and
 * then has wrong fields, and no change of pages that VMPL 0 uses (a hypervisor
 * makes them shared for whoever asks).
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "exception.h"
#include "msr.h"
#include "paging.h"
#include "probe.h"
#include "random.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define OTHER           2
#define OTHER_INDEX(i)  (MAX_CPUS / 2 + (i))
#define CPUS            (MAX_CPUS / 2)

#define IPI_VECTOR      0x51            /* of VMPL 0 to VMPL 0 */
#define MSR_EOI         0x80b
#define MSR_ICR         0x830
#define ICR_OTHERS      (3ull << 18 | IPI_VECTOR)

#define VC_EXIT_MSR_WRITE 1

/* Pages that VMPL 2 may do anything with, of nobody else */
#define OWN_AREA        (SNP_FRESH + 0x800000)
#define OWN_SIZE        SIZE_2M
#define NO_RAM          0xd0000000

/*
 * Save areas, each used once: what another vCPU asks for at the same time may
 * come later, and would find one that is in use.
 */
#define AREAS           1500
#define AREAS_KEPT      300             /* for VMPL 0 alone */

static SevVmsa *areas[AREAS];
static uint32_t areas_taken;

static unsigned rounds, cpus;
/* CPUs have their index in the order in which they start. */
static uint32_t apic_ids[CPUS];
static uint32_t begun;
static bool restricted;
static volatile uint32_t done, failures;

/* What VMPL 2 may not touch, and may only read */
static uint64_t *secret, *readable;

static GhcbDoorbell *doorbells[MAX_CPUS];

static struct count {
    uint64_t requests;                  /* of VMPL 2 */
    uint64_t revived, told;
} counts[MAX_CPUS];

static uint64_t pattern(unsigned i)
{
    return (i + 1) * 0x9e3779b97f4a7c15;
}

/* TAP is CPU 0's; others say what is wrong by a number. */
static void fail(uint32_t what)
{
    __atomic_fetch_or(&failures, what, __ATOMIC_SEQ_CST);
}

enum {
    SECRET = 1, READABLE = 2, PERMISSIONS = 4, REGISTERS = 8, MSRS = 16,
    GHCB_LOST = 32, TOLD_WRONG = 64, NO_PROGRESS = 128, NO_AREAS = 256,
};

static const char *const names[] = {
    "the page that VMPL 2 has no permission for is what it was",
    "and the page that it can only read",
    "what VMPL 2 may do with them is what it was",
    "VMPL 0 has its registers", "and its MSRs, and CR8",
    "its GHCB is still the registered one", "it is told of its own events alone",
    "VMPL 2 goes on", "as often as it is lost",
};

/* --- VMPL 2 */

static SevVmsa *take_area(unsigned kept)
{
    uint32_t n;

    if (__atomic_load_n(&areas_taken, __ATOMIC_SEQ_CST) + kept >= AREAS) {
        return NULL;
    }
    n = __atomic_fetch_add(&areas_taken, 1, __ATOMIC_SEQ_CST);
    return n < AREAS ? areas[n] : NULL;
}

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
        return (uintptr_t)secret;
    case 1:
        return NO_RAM + (below(0x1000000) & -SIZE_4K);
    case 2:
        return (any() | 1ull << 40) & 0xffffffffff000;
    case 3:
        return (uintptr_t)own_ghcb() + 1 + below(4095);
    default:
        return (uintptr_t)readable;
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

static void hostile(uint64_t area);

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
    unsigned vmpl = below(4) ? OTHER : 1 + below(3), cpu = below(cpus);
    SevVmsa *vmsa = below(8) ? NULL : take_area(AREAS_KEPT);
    Ghcb *ghcb;

    if (!vmsa) {
        return;
    }
    fill(vmsa, vmpl, cpu);
    ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                      (uint64_t)apic_ids[cpu] << 32 |
                      vmpl << GHCB_AP_VMPL_SHIFT |
                      (below(2) ? GHCB_AP_CREATE : GHCB_AP_CREATE_ON_INIT),
                      (uintptr_t)vmsa);
    GHCB_SET(ghcb, rax, FEATURES);
    call(ghcb);
}

/* Of VMPL 0, of a CPU or with a page that there is not, or for other features */
static void bad_creation(void)
{
    unsigned what = below(4), vmpl = below(16), cpu = below(cpus);
    uint64_t gpa = bad_page(), features = FEATURES;
    Ghcb *ghcb;

    switch (what) {
    case 0:
        vmpl = 0;
        gpa = (uintptr_t)areas[0];
        break;
    case 1:
        cpu = MAX_CPUS + below(0x7fffffff);
        break;
    case 2:
        gpa = (uintptr_t)areas[0];
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

/* Of any but VMPL 0, which it asks for, too, and does not get */
static void destruction(void)
{
    unsigned vmpl = below(8) ? below(RMP_VMPLS) : OTHER;

    if (vmpl == OTHER && below(8)) {
        return;
    }
    call(ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                    (uint64_t)below(cpus + 1) << 32 |
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
    uint64_t gpa = below(2) ? (uintptr_t)doorbells[this_cpu()->index] +
                              (below(2) ? 0 : PAGE_SIZE)
                            : bad_page();
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_HV_DOORBELL,
                            below(8) ? below(4) : any_size(), gpa);

    mark_some(ghcb);
    call(ghcb);
}

static void hv_ipi(void)
{
    uint64_t icr = below(2) ? any()
                            : (uint64_t)below(cpus) << 32 | below(256) |
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
    Ghcb *ghcb = ghcb_begin(0, VC_EXIT_MSR, restricted && below(2), 0);

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

static uintptr_t call_pvalidate(uintptr_t va, uintptr_t random)
{
    return pvalidate(va, random & 1, random >> 1 & 1).status;
}

static uintptr_t call_rmpadjust(uintptr_t va, uintptr_t random)
{
    return rmpadjust(va, random & 1, random >> 1).status;
}

static uintptr_t call_rmpquery(uintptr_t va, uintptr_t random)
{
    return rmpquery(va, random).status;
}

/* On pages that are not its own: it has no right to, or not to that. */
static void instruction(void)
{
    static ProbeFn * const calls[] = {
        call_pvalidate, call_rmpadjust, call_rmpquery,
    };
    uintptr_t va = below(2) ? (uintptr_t)(below(2) ? secret : readable)
                            : own_page() + (below(2) ? 0 : below(4096));

    catch_vc(calls[below(3)], va,
             below(2) ? any_size() : (OTHER | below(0x10000) << 8) << 1);
}

static void access(void)
{
    if (below(2)) {
        catch_vc(below(2) ? probe_read : probe_write, own_page(), any());
    } else if (readable[below(512)] == 0) {
        fail(READABLE);
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
 * Somebody wakes it: VMPL 0 of CPU 0, whose VMPL 2 stays awake for that.  With
 * restricted injection #HV does so as well.
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

/* It has taken note, or will have to wait for other signals. */
static void clear_doorbells(void)
{
    uintptr_t page = (uintptr_t)doorbells[this_cpu()->index];

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
        clear_doorbells();
        break;
    default:
        by_msr();
    }
}

/* It may have been taken away in the middle of anything. */
static void hostile(uint64_t area)
{
    struct cpu *cpu = this_cpu();

    cpu->catching = NULL;
    for (;;) {
        one_request((SevVmsa *)area);
        counts[cpu->index].requests++;
    }
}

/* --- VMPL 0, and the handler of both */

static volatile bool eoi_due[CPUS];

static void take(__attribute__((unused)) struct regs *regs)
{
    unsigned cpu = this_cpu()->index;
    volatile uint16_t *page = (uint16_t *)doorbells[cpu];
    uint16_t pending = __atomic_exchange_n(page, 0, __ATOMIC_SEQ_CST);

    counts[cpu].told++;
    if (cpu >= CPUS) {
        clear_doorbells();
        return;
    }
    /* Only a handler takes anything off the page, and #HV comes with a flag. */
    if ((pending & 0xff && (pending & 0xff) != IPI_VECTOR) ||
        pending >> 8 != GHCB_DOORBELL_NO_FURTHER_SIGNAL) {
        fail(TOLD_WRONG);
    }
    if (pending & 0xff) {
        eoi_due[cpu] = true;
    }
}

/* Not in the handler: the next event comes in the #VC of that at once. */
static void end_event(unsigned cpu)
{
    if (eoi_due[cpu]) {
        eoi_due[cpu] = false;
        wrmsr(MSR_EOI, 0);
    }
}

/* MSRs that are VMPL 0's own, with values that no other has */
static const struct {
    uint32_t index;
    uint64_t value;
} own_msrs[] = {
    { 0xc0000081, 0x1122334455667788 },         /* STAR */
    { 0xc0000082, 0x7fff11223344 },             /* LSTAR */
    { 0xc0000083, 0x7fff55667788 },             /* CSTAR */
    { 0xc0000084, 0x300 },                      /* SFMASK */
    { 0xc0000100, 0x7ffe12345678 },             /* FS base */
    { 0xc0000101, 0x7ffe87654321 },             /* GS base */
    { 0xc0000102, 0x7ffeaaaabbbb },             /* kernel GS base */
    { 0x176, 0x7ffecccc0000 },                  /* SYSENTER_EIP */
};

#define OWN_MSRS (sizeof(own_msrs) / sizeof(own_msrs[0]))

struct control {
    uint64_t cr0, cr2, cr3, cr4, efer, status;
};

static struct control control(void)
{
    return (struct control) {
        read_cr0(), read_cr2(), read_cr3(), read_cr4(), rdmsr(MSR_EFER),
        rdmsr(MSR_SEV_STATUS),
    };
}

static uint64_t cr8(void)
{
    uint64_t value;

    asm volatile("mov %%cr8, %0" : "=r"(value));
    return value;
}

/* Run VMPL by MSR; were the registers what they are still? */
static bool run_keeps(uint64_t n, bool *refused)
{
    register uint64_t r8 asm("r8") = n + 1, r9 asm("r9") = n + 2;
    register uint64_t r12 asm("r12") = n + 3, r15 asm("r15") = n + 4;
    uint64_t bx = ~n, si = n ^ 0x55, di = n ^ 0xaa, answer;

    wrmsr(MSR_GHCB, (uint64_t)OTHER << GHCB_MSR_VMPL_SHIFT |
                    GHCB_MSR_VMPL_REQ);
    asm volatile("rep; vmmcall"
                 : "+b"(bx), "+S"(si), "+D"(di), "+r"(r8), "+r"(r9),
                   "+r"(r12), "+r"(r15) : : "memory", "cc");
    bool kept = bx == ~n && si == (n ^ 0x55) && di == (n ^ 0xaa) &&
                r8 == n + 1 && r9 == n + 2 && r12 == n + 3 && r15 == n + 4;

    answer = rdmsr(MSR_GHCB);
    *refused = answer >> GHCB_MSR_VMPL_ERROR_SHIFT;
    return kept && (uint32_t)answer == GHCB_MSR_VMPL_RESP;
}

static void revive(unsigned cpu)
{
    SevVmsa *vmsa = take_area(0);

    if (!vmsa) {
        fail(NO_AREAS);
        return;
    }
    fill(vmsa, OTHER, cpu);
    if (!vmpl_ask(GHCB_AP_CREATE_ON_INIT, OTHER, apic_ids[cpu], vmsa)) {
        fail(NO_PROGRESS);
    }
    counts[cpu].revived++;
}

static void look_at_pages(void)
{
    for (unsigned i = 0; i < SIZE_4K / sizeof(*secret); i++) {
        if (secret[i] != pattern(i)) {
            fail(SECRET);
        }
        if (readable[i] != ~pattern(i)) {
            fail(READABLE);
        }
    }
    if (rmpquery((uintptr_t)secret, OTHER).dx >> 8 & 0xff ||
        (rmpquery((uintptr_t)readable, OTHER).dx >> 8 & 0xff) !=
        RMP_PERM_READ) {
        fail(PERMISSIONS);
    }
}

static void look_at_cpu(const struct control *before)
{
    struct control now = control();
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_HV_FEATURES, 0, 0);

    if (now.cr0 != before->cr0 || now.cr2 != before->cr2 ||
        now.cr3 != before->cr3 || now.cr4 != before->cr4 ||
        now.efer != before->efer || now.status != before->status) {
        fail(REGISTERS);
    }
    for (unsigned i = 0; i < OWN_MSRS; i++) {
        if (rdmsr(own_msrs[i].index) != own_msrs[i].value) {
            fail(MSRS);
        }
    }
    if (cr8()) {
        fail(MSRS);
    }
    /* Not by ghcb_call(), which registers what is not. */
    ghcb_msr((uintptr_t)ghcb);
    if (GHCB_GET(ghcb, sw_exit_info_1)) {
        fail(GHCB_LOST);
    }
}

/* What wakes VMPL 2 of other CPUs, and VMPL 0 there */
static void disturb(unsigned often)
{
    if (cpus == 1) {
        return;
    }
    if (restricted && !below(4)) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_HV_IPI, ICR_OTHERS, 0));
    } else if (!below(often)) {
        vmpl_ask(GHCB_AP_DESTROY, OTHER, below(cpus), NULL);
    }
}

static void begin(unsigned cpu)
{
    uint32_t r[4];

    cpuid(1, 0, r);
    apic_ids[cpu] = r[1] >> 24;
    for (unsigned i = 0; i < OWN_MSRS; i++) {
        wrmsr(own_msrs[i].index, own_msrs[i].value);
    }
    if (restricted) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_HV_DOORBELL, GHCB_DOORBELL_SET,
                             (uintptr_t)doorbells[cpu]));
    }
    ghcb_call(ghcb_begin(0, GHCB_EXIT_HV_FEATURES, 0, 0));
    __atomic_add_fetch(&begun, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&begun, __ATOMIC_SEQ_CST) < cpus) {
        pause();
    }
}

/* Others' VMPL 2 may wait for being woken as long as they are not done. */
static void end(unsigned cpu)
{
    __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
    for (unsigned i = 1; done < cpus; i++) {
        pause();
        if (i % 4096 == 0) {
            end_event(cpu);
            disturb(16);
        }
    }
}

static void hold(unsigned cpu)
{
    struct control before;
    bool refused;

    begin(cpu);
    before = control();
    for (unsigned i = 0; i < rounds && !failures; i++) {
        if (!run_keeps(any(), &refused)) {
            fail(REGISTERS);
        }
        if (refused) {
            revive(cpu);
        }
        look_at_pages();
        look_at_cpu(&before);
        end_event(cpu);
        disturb(64);
    }
    if (counts[OTHER_INDEX(cpu)].requests < rounds) {
        fail(NO_PROGRESS);
    }
    end(cpu);
}

static void make_pages(void)
{
    secret = (uint64_t *)fresh_alloc(SIZE_4K);
    readable = (uint64_t *)fresh_alloc(SIZE_4K);
    snp_accept((uintptr_t)secret, SIZE_4K);
    snp_accept((uintptr_t)readable, SIZE_4K);
    for (unsigned i = 0; i < SIZE_4K / sizeof(*secret); i++) {
        secret[i] = pattern(i);
        readable[i] = ~pattern(i);
    }
    rmpadjust((uintptr_t)readable, 0, OTHER | RMP_PERM_READ << 8);
    for (unsigned i = 0; i < AREAS; i++) {
        areas[i] = save_area(true);
        if (rmpadjust((uintptr_t)areas[i], 0,
                      OTHER | (RMP_PERM_READ | RMP_PERM_WRITE) << 8 |
                      RMP_ATTR_VMSA).status) {
            bail_out("RMPADJUST does not give VMPL 2 its save areas");
        }
    }
    for (unsigned i = 0; i < MAX_CPUS; i++) {
        doorbells[i] = (GhcbDoorbell *)shared_alloc(2 * PAGE_SIZE);
    }
}

SUITE(snp_vmpl_random)
{
    uint64_t requests = 0, revived = 0, told = 0;

    rounds = config_number("rounds", 1000);
    cpus = config_number("cpus", 1);
    restricted = config_sev_features() & VMSA_SEV_FEATURE_RESTRICTED_INJECTION;
    random_begin();
    make_pages();
    for (unsigned vmpl = 1; vmpl < RMP_VMPLS; vmpl++) {
        vmpl_admit(vmpl);
    }
    exception_handle(VECTOR_HV, take);
    if (cpus > 1 && !smp_start(cpus, hold)) {
        bail_out("not all CPUs start");
    }
    hold(0);
    check(cpus == 1 || smp_wait(cpus), "all CPUs come to their end");
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        check(!(failures >> i & 1), "%s", names[i]);
    }
    for (unsigned i = 0; i < cpus; i++) {
        requests += counts[OTHER_INDEX(i)].requests;
        revived += counts[i].revived;
        told += counts[i].told;
    }
    check(requests > rounds, "%u requests are survived", (unsigned)requests);
    remark("%u times a new VMPL 2, %u events of VMPL 0, %u save areas",
           (unsigned)revived, (unsigned)told, (unsigned)areas_taken);
}
