/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_random": on each of "cpus=" CPUs VMPL 2 throws random
 * requests at the hypervisor, from "seed=" (snp-vmpl-hostile.c), while VMPL 0
 * runs it "rounds=" times, gives it another save area when it has lost its own,
 * and looks after each time whether anything has changed that VMPL 2 has no
 * right to.
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "exception.h"
#include "msr.h"
#include "paging.h"
#include "random.h"
#include "snp.h"
#include "snp-vmpl-random.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define IPI_VECTOR      0x51            /* of VMPL 0 to VMPL 0 */
#define ICR_OTHERS      (3ull << 18 | IPI_VECTOR)

struct hostile_shared shared;

static uint32_t areas_taken, begun;
static unsigned rounds;
static volatile uint32_t failures;

/* Of each CPU; CPU 0 keeps what it has seen last of the others' requests. */
static struct count {
    uint64_t revived, told, seen;
    volatile bool done;
} counts[MAX_CPUS];

static uint64_t pattern(unsigned i)
{
    return (i + 1) * 0x9e3779b97f4a7c15;
}

void hostile_fail(uint32_t what)
{
    __atomic_fetch_or(&failures, what, __ATOMIC_SEQ_CST);
}

static const char *const names[] = {
    "the page that VMPL 2 has no permission for is what it was",
    "and the page that it can only read",
    "what VMPL 2 may do with them is what it was",
    "VMPL 0 has its registers", "and its MSRs, and CR8",
    "its GHCB is still the registered one",
    "it is told of its own events alone",
    "VMPL 2 goes on", "as often as it is lost",
};

SevVmsa *hostile_area(unsigned kept)
{
    uint32_t n;

    if (__atomic_load_n(&areas_taken, __ATOMIC_SEQ_CST) + kept >= AREAS) {
        return NULL;
    }
    n = __atomic_fetch_add(&areas_taken, 1, __ATOMIC_SEQ_CST);
    return n < AREAS ? shared.areas[n] : NULL;
}

static volatile bool eoi_due[CPUS];

/* The handler of both */
static void take(__attribute__((unused)) struct regs *regs)
{
    unsigned cpu = this_cpu()->index;
    volatile uint16_t *page = (uint16_t *)shared.doorbells[cpu];
    uint16_t pending = __atomic_exchange_n(page, 0, __ATOMIC_SEQ_CST);

    counts[cpu].told++;
    if (cpu >= CPUS) {
        hostile_clear_doorbells();
        return;
    }
    /* Only a handler takes anything off the page, and #HV comes with a flag. */
    if ((pending & 0xff && (pending & 0xff) != IPI_VECTOR) ||
        pending >> 8 != GHCB_DOORBELL_NO_FURTHER_SIGNAL) {
        hostile_fail(TOLD_WRONG);
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

static void revive(unsigned cpu, unsigned request)
{
    SevVmsa *vmsa = hostile_area(0);

    if (!vmsa) {
        hostile_fail(NO_AREAS);
        return;
    }
    vmpl_fill(vmsa, OTHER, OTHER_INDEX(cpu), hostile, (uintptr_t)vmsa);
    if (!vmpl_ask(request, OTHER, shared.apic_ids[cpu], vmsa)) {
        hostile_fail(NO_PROGRESS);
    }
    counts[cpu].revived++;
}

static void look_at_pages(void)
{
    for (unsigned i = 0; i < SIZE_4K / sizeof(*shared.secret); i++) {
        if (shared.secret[i] != pattern(i)) {
            hostile_fail(SECRET);
        }
        if (shared.readable[i] != ~pattern(i)) {
            hostile_fail(READABLE);
        }
    }
    if (rmpquery((uintptr_t)shared.secret, OTHER).dx >> 8 & 0xff ||
        (rmpquery((uintptr_t)shared.readable, OTHER).dx >> 8 & 0xff) !=
        RMP_PERM_READ) {
        hostile_fail(PERMISSIONS);
    }
}

static void look_at_cpu(const struct control *before)
{
    struct control now = control();
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_HV_FEATURES, 0, 0);

    if (now.cr0 != before->cr0 || now.cr2 != before->cr2 ||
        now.cr3 != before->cr3 || now.cr4 != before->cr4 ||
        now.efer != before->efer || now.status != before->status) {
        hostile_fail(REGISTERS);
    }
    for (unsigned i = 0; i < OWN_MSRS; i++) {
        if (rdmsr(own_msrs[i].index) != own_msrs[i].value) {
            hostile_fail(MSRS);
        }
    }
    if (cr8()) {
        hostile_fail(MSRS);
    }
    /* Not by ghcb_call(), which registers what is not. */
    ghcb_msr((uintptr_t)ghcb);
    if (GHCB_GET(ghcb, sw_exit_info_1)) {
        hostile_fail(GHCB_LOST);
    }
}

/* #HV for VMPL 0 of other CPUs, or an end of VMPL 2 of one, not of CPU 0's */
static void disturb(unsigned often)
{
    if (shared.cpus == 1) {
        return;
    }
    if (shared.restricted && !below(4)) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_HV_IPI, ICR_OTHERS, 0));
    } else if (!below(often)) {
        vmpl_ask(GHCB_AP_DESTROY, OTHER,
                 shared.apic_ids[1 + below(shared.cpus - 1)], NULL);
    }
}

/*
 * A CPU whose VMPL 2 has been destroyed while it ran stands still, as does one
 * that waits by HLT; CPU 0's does neither, and gives others a new one.
 */
static void bring_back(void)
{
    for (unsigned i = 1; i < shared.cpus; i++) {
        uint64_t now = shared.requests[OTHER_INDEX(i)];

        if (now == counts[i].seen && !counts[i].done) {
            revive(i, GHCB_AP_CREATE);
        }
        counts[i].seen = now;
    }
}

static void begin(unsigned cpu)
{
    uint32_t r[4];

    cpuid(1, 0, r);
    shared.apic_ids[cpu] = r[1] >> 24;
    for (unsigned i = 0; i < OWN_MSRS; i++) {
        wrmsr(own_msrs[i].index, own_msrs[i].value);
    }
    if (shared.restricted) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_HV_DOORBELL, GHCB_DOORBELL_SET,
                             (uintptr_t)shared.doorbells[cpu]));
    }
    ghcb_call(ghcb_begin(0, GHCB_EXIT_HV_FEATURES, 0, 0));
    __atomic_add_fetch(&begun, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&begun, __ATOMIC_SEQ_CST) < shared.cpus) {
        pause();
    }
}

static bool all_done(void)
{
    for (unsigned i = 0; i < shared.cpus; i++) {
        if (!counts[i].done) {
            return false;
        }
    }
    return true;
}

static void end(unsigned cpu)
{
    counts[cpu].done = true;
    for (unsigned i = 1; !all_done(); i++) {
        pause();
        if (i % 4096 == 0) {
            end_event(cpu);
            disturb(16);
        }
        if (cpu == 0 && i % 65536 == 0) {
            bring_back();
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
            hostile_fail(REGISTERS);
        }
        if (refused) {
            revive(cpu, GHCB_AP_CREATE_ON_INIT);
        }
        look_at_pages();
        look_at_cpu(&before);
        end_event(cpu);
        disturb(64);
        if (cpu == 0 && i % 64 == 63) {
            bring_back();
        }
    }
    if (shared.requests[OTHER_INDEX(cpu)] < rounds) {
        hostile_fail(NO_PROGRESS);
    }
    end(cpu);
}

static void make_pages(void)
{
    shared.secret = (uint64_t *)fresh_alloc(SIZE_4K);
    shared.readable = (uint64_t *)fresh_alloc(SIZE_4K);
    snp_accept((uintptr_t)shared.secret, SIZE_4K);
    snp_accept((uintptr_t)shared.readable, SIZE_4K);
    for (unsigned i = 0; i < SIZE_4K / sizeof(*shared.secret); i++) {
        shared.secret[i] = pattern(i);
        shared.readable[i] = ~pattern(i);
    }
    rmpadjust((uintptr_t)shared.readable, 0, OTHER | RMP_PERM_READ << 8);
    for (unsigned i = 0; i < AREAS; i++) {
        shared.areas[i] = save_area(true);
        if (rmpadjust((uintptr_t)shared.areas[i], 0,
                      OTHER | (RMP_PERM_READ | RMP_PERM_WRITE) << 8 |
                      RMP_ATTR_VMSA).status) {
            bail_out("RMPADJUST does not give VMPL 2 its save areas");
        }
    }
    for (unsigned i = 0; i < MAX_CPUS; i++) {
        shared.doorbells[i] = (GhcbDoorbell *)shared_alloc(2 * PAGE_SIZE);
    }
}

SUITE(snp_vmpl_random)
{
    uint64_t requests = 0, revived = 0, told = 0;

    rounds = config_number("rounds", 1000);
    shared.cpus = config_number("cpus", 1);
    shared.restricted = config_sev_features() &
                        VMSA_SEV_FEATURE_RESTRICTED_INJECTION;
    random_begin();
    make_pages();
    for (unsigned vmpl = 1; vmpl < RMP_VMPLS; vmpl++) {
        vmpl_admit(vmpl);
    }
    exception_handle(VECTOR_HV, take);
    if (shared.cpus > 1 && !smp_start(shared.cpus, hold)) {
        bail_out("not all CPUs start");
    }
    hold(0);
    check(shared.cpus == 1 || smp_wait(shared.cpus),
          "all CPUs come to their end");
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        check(!(failures >> i & 1), "%s", names[i]);
    }
    for (unsigned i = 0; i < shared.cpus; i++) {
        requests += shared.requests[OTHER_INDEX(i)];
        revived += counts[i].revived;
        told += counts[i].told;
    }
    check(requests > rounds, "%u requests are survived", (unsigned)requests);
    remark("%u times a new VMPL 2, %u events of VMPL 0, %u save areas",
           (unsigned)revived, (unsigned)told, (unsigned)areas_taken);
}
