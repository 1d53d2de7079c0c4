/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl": another VMPL of the same CPU, "vmpl=" of them, runs with a
 * save area that VMPL 0 can read and change, and has no rights but those that
 * it was given.
 */
#include "ap-creation.h"
#include "msr.h"
#include "probe.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "vmpl.h"

#define OTHER           (MAX_CPUS - 1)  /* the index of the other VMPL */
#define ROUNDS          100

/* What the other VMPL says, and finds */
static volatile struct {
    uint64_t arg, rounds, sev_status, ghcb_msr, rbx;
    struct rmp_answer adjust_own, adjust_lower, query;
    struct fault pvalidate;
} said;

static uintptr_t page;

static uintptr_t do_pvalidate(uintptr_t va, uintptr_t validate)
{
    return pvalidate(va, 0, validate).status;
}

/* Of what a lower VMPL may do, it may nothing. */
static void try_rights(unsigned vmpl)
{
    said.sev_status = rdmsr(MSR_SEV_STATUS);
    said.adjust_own = rmpadjust(page, 0, vmpl | RMP_PERM_ALL << 8);
    said.adjust_lower = rmpadjust(page, 0, (vmpl - 1) | RMP_PERM_ALL << 8);
    said.query = rmpquery(page, vmpl);
    said.pvalidate = catch_fault(do_pvalidate, page, 0);
}

/* VMPL 0 runs, with a number in RBX; it may have another there afterwards. */
static void call(uint64_t rbx)
{
    wrmsr(MSR_GHCB, GHCB_MSR_VMPL_REQ);
    asm volatile("rep; vmmcall" : "+b"(rbx) : : "memory");
    said.rbx = rbx;
}

static void other(uint64_t arg)
{
    unsigned vmpl = config_number("vmpl", 2);

    said.arg = arg;
    said.ghcb_msr = rdmsr(MSR_GHCB);
    for (;;) {
        said.rounds++;
        if (said.rounds == 1) {
            try_rights(vmpl);
        }
        call(said.rounds);
    }
}

static void check_first(unsigned vmpl, const SevVmsa *vmsa)
{
    check_equal(vmpl_run(vmpl), 0, "VMPL %u runs by MSR", vmpl);
    check_equal(said.rounds, 1, "and has come to where it runs VMPL 0");
    check_equal(said.arg, 0x1234567890, "with its registers");
    check_equal(vmpl_exit_code(vmsa), VMSA_EXIT_VMGEXIT,
                "its exit code says VMGEXIT");
    check_equal(le64_get(vmsa->guest_nrip), le64_get(vmsa->rip),
                "its RIP is behind that");
    check_equal(le64_get(vmsa->rcx), MSR_GHCB,
                "its save area has what its registers had");
    check_equal(said.sev_status, config_sev_status(), "it has its SEV_STATUS");
    check_equal(said.ghcb_msr & GHCB_MSR_INFO_MASK, GHCB_MSR_SEV_INFO_RESP,
                "its GHCB MSR is its own, as after reset");
}

static void check_rights(unsigned vmpl)
{
    check_equal(said.adjust_own.status, RMP_FAIL_PERMISSION,
                "it cannot change what VMPL %u may", vmpl);
    check_equal(said.adjust_lower.status, RMP_FAIL_PERMISSION,
                "nor what VMPL %u may", vmpl - 1);
    check_equal(said.query.status, RMP_SUCCESS, "it can ask what it may");
    check_equal(said.query.dx >> 8 & 0xff, RMP_PERM_READ, "which is to read");
    check_equal(said.pvalidate.vector, VECTOR_GP, "PVALIDATE is #GP");
}

static void check_rounds(unsigned vmpl)
{
    unsigned failed = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        failed += i % 2 ? vmpl_run(vmpl) != 0
                        : vmpl_run_by_ghcb(vmpl) != 0;
    }
    check_equal(failed, 0, "it runs %u times more, by MSR and by GHCB", ROUNDS);
    check_equal(said.rounds, 1 + ROUNDS, "as often as it was run");
}

/* So VMPL 0 answers a call. */
static void check_change(unsigned vmpl, SevVmsa *vmsa)
{
    check_equal(le64_get(vmsa->rbx), said.rounds,
                "what it has in a register is in its save area");
    vmsa->rbx = le64_of(0xfeedfacecafe);
    vmpl_run(vmpl);
    check_equal(said.rbx, 0xfeedfacecafe, "and what VMPL 0 writes there, it "
                "finds in the register");
}

static void check_none(unsigned vmpl)
{
    for (unsigned n = 1; n < RMP_VMPLS; n++) {
        if (n != vmpl) {
            check(vmpl_run(n), "VMPL %u, of which there is none, does not run",
                  n);
            check_equal(vmpl_run_by_ghcb(n),
                        (uint64_t)GHCB_ERR_INVALID_INPUT << 32 |
                        GHCB_RESP_MALFORMED_INPUT, "nor by GHCB");
        }
    }
    check(vmpl_run(4), "VMPL 4 does not run");
    check(vmpl_run(255), "VMPL 255 does not run");
    check(vmpl_run_by_ghcb(1ull << 32 | vmpl) != 0,
          "a VMPL of more than 32 bits does not run");
    check_equal(vmpl_run(0), 0, "VMPL 0 runs, as it does already");
}

/* For itself it is AP creation, at once. */
static void check_again(unsigned vmpl)
{
    SevVmsa *vmsa = vmpl_make(vmpl, OTHER, other, 77);

    said.rounds = 1;        /* not the first */
    check_equal(vmpl_run(vmpl), 0, "VMPL %u runs with another save area", vmpl);
    check_equal(said.arg, 77, "and has its registers from that");
    check_equal(vmpl_exit_code(vmsa), VMSA_EXIT_VMGEXIT, "which it is left in");
}

SUITE(snp_vmpl)
{
    unsigned vmpl = config_number("vmpl", 2);
    SevVmsa *vmsa;

    vmpl_admit(vmpl);
    page = fresh_alloc(SIZE_4K);
    snp_accept(page, SIZE_4K);
    rmpadjust(page, 0, vmpl | RMP_PERM_READ << 8);
    check_none(RMP_VMPLS);
    vmsa = vmpl_make(vmpl, OTHER, other, 0x1234567890);
    check_first(vmpl, vmsa);
    check_rights(vmpl);
    check_rounds(vmpl);
    check_change(vmpl, vmsa);
    check_none(vmpl);
    check_again(vmpl);
}
