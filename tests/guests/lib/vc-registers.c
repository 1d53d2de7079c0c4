/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The #VC handler's exits that take and give registers: see vc.h. */
#include "msr.h"
#include "smp.h"
#include "vc.h"
#include "x86.h"

#define LEAF_XSAVE          0xd
#define XCR0_RESET          1
#define DR7_RESET           0x400

static uintptr_t dr7[MAX_CPUS];     /* 0: not written yet */

static Ghcb *begin(struct vc *vc, uint64_t info_1)
{
    return ghcb_begin(vc->level, vc->regs->error, info_1, 0);
}

/* EDX and EAX, as most instructions have them: 64-bit registers, cleared */
static void set_pair(struct vc *vc, const Ghcb *ghcb)
{
    vc->regs->ax = (uint32_t)GHCB_GET(ghcb, rax);
    vc->regs->dx = (uint32_t)GHCB_GET(ghcb, rdx);
}

static uint64_t read_xcr0(void)
{
    uint32_t low, high;

    if (!(read_cr4() & CR4_OSXSAVE)) {
        return XCR0_RESET;
    }
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static void cpuid_by_msr(struct regs *regs)
{
    uint32_t leaf = regs->ax;

    regs->ax = ghcb_msr_cpuid(leaf, 0);
    regs->bx = ghcb_msr_cpuid(leaf, 1);
    regs->cx = ghcb_msr_cpuid(leaf, 2);
    regs->dx = ghcb_msr_cpuid(leaf, 3);
}

struct vc_result vc_cpuid(struct vc *vc)
{
    struct vc_result result = { .what = VC_DONE };
    Ghcb *ghcb;

    if (!ghcb_ready()) {
        cpuid_by_msr(vc->regs);
        return result;
    }
    ghcb = begin(vc, 0);
    GHCB_SET(ghcb, rax, (uint32_t)vc->regs->ax);
    GHCB_SET(ghcb, rcx, (uint32_t)vc->regs->cx);
    if ((uint32_t)vc->regs->ax == LEAF_XSAVE) {
        GHCB_SET(ghcb, xcr0, read_xcr0());
    }
    result = vc_call(ghcb);
    if (result.what == VC_DONE) {
        set_pair(vc, ghcb);
        vc->regs->bx = (uint32_t)GHCB_GET(ghcb, rbx);
        vc->regs->cx = (uint32_t)GHCB_GET(ghcb, rcx);
    }
    return result;
}

struct vc_result vc_msr(struct vc *vc)
{
    bool write = vc->insn.opcode == 0x0f30;
    Ghcb *ghcb = begin(vc, write);
    struct vc_result result;

    GHCB_SET(ghcb, rcx, (uint32_t)vc->regs->cx);
    if (write) {
        GHCB_SET(ghcb, rax, (uint32_t)vc->regs->ax);
        GHCB_SET(ghcb, rdx, (uint32_t)vc->regs->dx);
    }
    result = vc_call(ghcb);
    if (result.what == VC_DONE && !write) {
        set_pair(vc, ghcb);
    }
    return result;
}

/* WBINVD, INVD */
struct vc_result vc_simple(struct vc *vc)
{
    return vc_call(begin(vc, 0));
}

struct vc_result vc_rdpmc(struct vc *vc)
{
    Ghcb *ghcb = begin(vc, 0);
    struct vc_result result;

    GHCB_SET(ghcb, rcx, (uint32_t)vc->regs->cx);
    result = vc_call(ghcb);
    if (result.what == VC_DONE) {
        set_pair(vc, ghcb);
    }
    return result;
}

struct vc_result vc_monitor(struct vc *vc)
{
    Ghcb *ghcb = begin(vc, 0);

    GHCB_SET(ghcb, rax, vc->regs->ax);
    GHCB_SET(ghcb, rcx, vc->regs->cx);
    GHCB_SET(ghcb, rdx, vc->regs->dx);
    return vc_call(ghcb);
}

struct vc_result vc_mwait(struct vc *vc)
{
    Ghcb *ghcb = begin(vc, 0);

    GHCB_SET(ghcb, rax, vc->regs->ax);
    GHCB_SET(ghcb, rcx, vc->regs->cx);
    return vc_call(ghcb);
}

struct vc_result vc_vmmcall(struct vc *vc)
{
    Ghcb *ghcb = begin(vc, 0);
    struct vc_result result;

    GHCB_SET(ghcb, rax, vc->regs->ax);
    ghcb_set_cpl(ghcb, vc->regs->cs & 3);
    result = vc_call(ghcb);
    if (result.what == VC_DONE) {
        vc->regs->ax = GHCB_GET(ghcb, rax);
    }
    return result;
}

/* What was written is read back from here, as firmware and kernels do it. */
struct vc_result vc_dr7_read(struct vc *vc)
{
    uintptr_t value = dr7[this_cpu()->index];

    *insn_register(vc->regs, vc->insn.rm) = value ? value : DR7_RESET;
    return (struct vc_result) { .what = VC_DONE };
}

struct vc_result vc_dr7_write(struct vc *vc)
{
    uintptr_t value = *insn_register(vc->regs, vc->insn.rm) | DR7_RESET;
    Ghcb *ghcb = begin(vc, 0);
    struct vc_result result;

    GHCB_SET(ghcb, rax, value);
    result = vc_call(ghcb);
    if (result.what == VC_DONE) {
        dr7[this_cpu()->index] = value;
    }
    return result;
}

struct vc_result vc_db(struct vc *vc)
{
    (void)vc;
    return (struct vc_result) { VC_FORWARD, VECTOR_DB, 0 };
}

struct vc_result vc_ac(struct vc *vc)
{
    (void)vc;
    return (struct vc_result) { VC_FORWARD, VECTOR_AC, 0 };
}
