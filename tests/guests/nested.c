/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "nested" (long mode): #VC inside of #VC, on a stack of its own, in an
 * NMI's handler, while single-stepping, and with breakpoints set.
 */
#include "run.h"
#include "suite.h"
#include "user64.h"
#include "vc.h"

#define ICR_LOW         0xfee00300
#define ICR_NMI_SELF    0x44400     /* self, assert, NMI */
#define DR7_EXECUTE_0   0x402       /* breakpoint 0, global */
#define STEPS           8

static const uint8_t cpuid_bytes[] = { 0x0f, 0xa2 };

static unsigned deepest, hook_calls;
static bool on_ist;

static void hook_cpuid(struct regs *regs, unsigned level)
{
    uint32_t r[4];

    (void)regs;
    deepest = level > deepest ? level : deepest;
    if (level < VC_LEVELS - 1) {
        cpuid(0x80000000, 0, r);
    }
}

static void check_nested(void)
{
    struct gprs want = { .ax = 0 }, got = { .ax = 0 };
    struct fault f;

    run_do(cpuid_bytes, sizeof(cpuid_bytes), &want);
    vc_hook(hook_cpuid);
    f = run_do(cpuid_bytes, sizeof(cpuid_bytes), &got);
    vc_hook(NULL);
    check_equal(f.vector, NO_FAULT, "CPUID with #VCs inside its #VC is done");
    check_equal(deepest, VC_LEVELS - 1, "they were nested");
    check(got.ax == want.ax && got.bx == want.bx && got.cx == want.cx &&
          got.dx == want.dx, "CPUID gives what it gives alone");
}

static void hook_ist(struct regs *regs, unsigned level)
{
    (void)level;
    hook_calls++;
    on_ist = on_ist_stack((uintptr_t)regs);
}

static void check_ist(void)
{
    struct gprs gprs = { .ax = 0 };
    struct fault f;

    hook_calls = 0;
    vc_hook(hook_ist);
    exception_use_ist(VECTOR_VC, 1);
    f = run_do(cpuid_bytes, sizeof(cpuid_bytes), &gprs);
    exception_use_ist(VECTOR_VC, 0);
    vc_hook(NULL);
    check(f.vector == NO_FAULT && hook_calls == 1,
          "#VC on a stack of its own is handled");
    check(on_ist, "its frame is on that stack");
}

static struct {
    unsigned count;         /* NMIs that came */
    unsigned before;        /* of them when the first's handler was to end */
    bool send, complete;
} nmi;

static void nmi_complete(void)
{
    ghcb_call(ghcb_begin(0, GHCB_EXIT_NMI_COMPLETE, 0, 0));
}

static void on_nmi(struct regs *regs)
{
    uint32_t r[4];

    (void)regs;
    nmi.count++;
    if (nmi.send) {
        nmi.send = false;
        write32(ICR_LOW, ICR_NMI_SELF);
        cpuid(0, 0, r);                 /* its #VC ends with IRET */
        nmi.before = nmi.count;
    }
    if (nmi.complete) {
        nmi_complete();
    }
}

/* So that what is pending is taken before a check. */
static void settle(void)
{
    for (unsigned i = 0; i < 1000; i++) {
        pause();
    }
}

static void check_nmi(void)
{
    exception_handle(VECTOR_NMI, on_nmi);
    nmi.complete = true;
    write32(ICR_LOW, ICR_NMI_SELF);
    settle();
    check_equal(nmi.count, 1, "an NMI comes");

    nmi.count = 0;
    nmi.send = true;
    write32(ICR_LOW, ICR_NMI_SELF);
    settle();
    check_equal(nmi.before, 1,
                "the end of a #VC inside an NMI's handler lets no NMI in");
    check_equal(nmi.count, 2, "NMI complete does");

    nmi.count = 0;
    nmi.complete = false;
    write32(ICR_LOW, ICR_NMI_SELF);
    settle();
    write32(ICR_LOW, ICR_NMI_SELF);
    settle();
    check_equal(nmi.count, 1, "IRET alone lets no NMI in");
    nmi.complete = true;
    nmi_complete();
    settle();
    check_equal(nmi.count, 2, "NMI complete lets in the one that waits");
    exception_handle(VECTOR_NMI, NULL);
}

static struct {
    unsigned count;
    uintptr_t ips[STEPS];
} steps;

static void on_debug(struct regs *regs)
{
    if (steps.count < STEPS) {
        steps.ips[steps.count] = regs->ip;
    }
    steps.count++;
}

/* The trap comes after the instruction behind POPF, and not after CPUID. */
static void check_steps(void)
{
    static const uint8_t code[] = {
        0x9c,                               /* 0: PUSHF */
        0x81, 0x0c, 0x24, 0, 1, 0, 0,       /* 1: OR TF to it */
        0x9d,                               /* 8: POPF */
        0x90,                               /* 9: NOP */
        0x0f, 0xa2,                         /* 10: CPUID */
        0x90,                               /* 12: NOP */
        0x9c,                               /* 13: PUSHF */
        0x81, 0x24, 0x24, 0xff, 0xfe, 0xff, 0xff, /* 14: AND it off */
        0x9d,                               /* 21: POPF */
    };
    static const uint8_t want[] = { 10, 13, 14, 21, 22 };
    struct gprs gprs = { .ax = 0 };
    unsigned debugs = vc_count(VC_EXIT_EXCP_DB);
    unsigned cpuids = vc_count(VC_EXIT_CPUID);

    exception_handle(VECTOR_DB, on_debug);
    run_place(code, sizeof(code));
    run_registers((uintptr_t)&gprs, 0);
    exception_handle(VECTOR_DB, NULL);
    check_equal(steps.count, sizeof(want), "single steps over CPUID come");
    for (unsigned i = 0; i < sizeof(want) && i < steps.count; i++) {
        check_equal(steps.ips[i] - (uintptr_t)run_code, want[i],
                    "step %u is at the right instruction", i + 1);
    }
    check_equal(vc_count(VC_EXIT_EXCP_DB) - debugs,
                es_active() ? steps.count : 0, "each came as #VC");
    check_equal(vc_count(VC_EXIT_CPUID) - cpuids, es_active(),
                "CPUID was executed once");
}

/* KVM keeps DR7 for itself, so that no breakpoint of the guest's fires. */
static void check_breakpoint(void)
{
    static const uint8_t nop[] = { 0x90, 0x90 };
    struct gprs gprs = { .ax = 0 };
    uintptr_t dr7;

    steps.count = 0;
    exception_handle(VECTOR_DB, on_debug);
    run_place(nop, sizeof(nop));
    asm volatile("mov %0, %%dr0" : : "r"(run_code + 1));
    asm volatile("mov %0, %%dr7" : : "r"((uintptr_t)DR7_EXECUTE_0));
    asm volatile("mov %%dr7, %0" : "=r"(dr7));
    run_registers((uintptr_t)&gprs, 0);
    asm volatile("mov %0, %%dr7" : : "r"((uintptr_t)0x400));
    exception_handle(VECTOR_DB, NULL);
    check_equal(dr7, DR7_EXECUTE_0, "DR7 is read back as it was written");
    check_equal(steps.count, 0, "a breakpoint in DR7 does not fire");
}

SUITE(nested)
{
    tss_init();
    check_nested();
    check_ist();
    check_nmi();
    check_steps();
    check_breakpoint();
}
