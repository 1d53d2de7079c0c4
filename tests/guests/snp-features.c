/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_debug_swap": an SEV-SNP guest with the SEV feature DebugSwap has
 * the debug registers for itself: DR7 works, and neither it nor #DB is #VC.
 */
#include "abi/vmsa.h"
#include "asm.h"
#include "msr.h"
#include "run.h"
#include "suite.h"
#include "vc.h"

#define DR7_NOTHING     0x400u
#define DR7_EXECUTE_0   0x402u      /* breakpoint 0, global */
#define DR6_B0          (1u << 0)
#define RFLAGS_RF       (1u << 16)

static struct {
    unsigned count;
    uintptr_t ip, dr6;
} debug;

static void on_debug(struct regs *regs)
{
    debug.count++;
    debug.ip = regs->ip;
    asm volatile("mov %%dr6, %0" : "=r"(debug.dr6));
    regs->flags |= RFLAGS_RF;
}

static void write_dr7(uintptr_t value)
{
    asm volatile("mov %0, %%dr7" : : "r"(value));
}

SUITE(snp_debug_swap)
{
    static const uint8_t nops[] = { 0x90, 0x90 };
    struct gprs gprs = { .ax = 0 };
    uintptr_t dr7;

    check_equal(rdmsr(MSR_SEV_STATUS), config_sev_status(),
                "SEV_STATUS has the features that were switched on");
    check(config_sev_features() & VMSA_SEV_FEATURE_DEBUG_SWAP,
          "and DebugSwap is one of them");
    exception_handle(VECTOR_DB, on_debug);
    run_place(nops, sizeof(nops));
    asm volatile("mov %0, %%dr0" : : "r"(run_code + 1));
    write_dr7(DR7_EXECUTE_0);
    asm volatile("mov %%dr7, %0" : "=r"(dr7));
    run_registers((uintptr_t)&gprs, 0);
    write_dr7(DR7_NOTHING);
    exception_handle(VECTOR_DB, NULL);

    check_equal(dr7, DR7_EXECUTE_0, "DR7 is read back as it was written");
    check_equal(debug.count, 1, "the breakpoint fires");
    check_equal(debug.ip, (uintptr_t)run_code + 1, "at its instruction");
    check_equal(debug.dr6 & 0xf, DR6_B0, "and DR6 tells which it was");
    check_equal(vc_count(VC_EXIT_EXCP_DB), 0, "#DB is no #VC");
    check_equal(vc_count(VC_EXIT_DR7_WRITE), 0, "nor is a write of DR7");
    check_equal(vc_count(VC_EXIT_DR7_READ), 0, "nor a read");
}
