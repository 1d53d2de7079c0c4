/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_vmpl_cpus": AP creation for VMPLs of other CPUs.  CPU 1 is an SVSM
 * with nothing to do, which looks for what it could run when it wakes.
 */
#include "ap-creation.h"
#include "asm.h"
#include "config.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "vmpl.h"

#define CPU             1       /* and its APIC ID */
#define OTHER           2
#define INDEX_A         (MAX_CPUS - 1)
#define INDEX_B         (MAX_CPUS - 2)
#define SHORT_WHILE     50000u
#define TRIES           100

/* What CPU 1 does, at VMPL 0 and 2 */
static volatile struct {
    uint32_t wakes, returns, errors, runs, number;
    bool asked_0, asked_2;
} seen;

static bool comes(volatile uint32_t *count, uint32_t before)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (*count != before) {
            return true;
        }
        pause();
    }
    return false;
}

static void idle(__attribute__((unused)) unsigned unused)
{
    for (;;) {
        asm volatile("cli; hlt" : : : "memory");
        seen.wakes++;
        if (vmpl_run(OTHER)) {
            seen.errors++;
        } else {
            seen.returns++;
        }
    }
}

/* Runs for ever, and never asks for VMPL 0. */
static void busy(uint64_t number)
{
    seen.number = number;
    for (;;) {
        seen.runs++;
        pause();
    }
}

static void check_wakes(void)
{
    uint32_t wakes = seen.wakes;

    check(vmpl_ask(GHCB_AP_CREATE, OTHER, CPU,
                   vmpl_area(OTHER, INDEX_A, busy, 1)),
          "VMPL 2 of CPU 1 is created");
    check(comes(&seen.wakes, wakes), "which ends the HLT of its VMPL 0");
    check(comes(&seen.runs, 0) && seen.number == 1, "and that runs it");
    check_equal(seen.returns, 0, "until it is asked for");
}

/* In place of the one that runs: VMPL 0 still waits for it. */
static void check_replaced(void)
{
    check(vmpl_ask(GHCB_AP_CREATE, OTHER, CPU,
                   vmpl_area(OTHER, INDEX_B, busy, 2)),
          "VMPL 2 of CPU 1 gets another save area");
    check(comes(&seen.number, 1) && seen.number == 2,
          "and goes on with that");
    check_equal(seen.returns, 0, "without VMPL 0");
}

/* CPU 1 may have seen that a little later. */
static void check_destroyed(void)
{
    unsigned tries = 0;
    uint32_t runs;

    check(vmpl_ask(GHCB_AP_DESTROY, OTHER, CPU, NULL),
          "VMPL 2 of CPU 1 is destroyed");
    do {
        runs = seen.runs;
        for (unsigned i = 0; i < SHORT_WHILE; i++) {
            pause();
        }
    } while (seen.runs != runs && ++tries < TRIES);
    check_equal(seen.runs, runs, "and does not go on");
    check_equal(seen.returns, 0, "nor does VMPL 0, which had run it");
}

/* What VMPL 2 of this CPU can ask for */
static void ask(uint64_t area)
{
    seen.asked_0 = ap_request_done(GHCB_AP_CREATE, CPU, (SevVmsa *)area);
    seen.asked_2 = vmpl_ask(GHCB_AP_CREATE, OTHER, CPU, (SevVmsa *)area);
}

static void check_asked_by_vmpl_2(void)
{
    uint32_t wakes = seen.wakes, runs = seen.runs;

    vmpl_make(OTHER, INDEX_A, ask,
              (uintptr_t)vmpl_area(OTHER, INDEX_B, busy, 3));
    vmpl_run(OTHER);
    check(!seen.asked_0, "VMPL 2 cannot have VMPL 0 of another CPU created");
    check(seen.asked_2, "but its VMPL 2");
    check(comes(&seen.runs, runs) && seen.number == 3, "which runs");
    check_equal(seen.wakes, wakes, "without VMPL 0, which still waits for it");
}

/* VMPL 0 with another save area runs at once, as it has more rights. */
static void check_vmpl_0(unsigned generation)
{
    check(ap_request_done(GHCB_AP_CREATE, CPU,
                          save_area_good(CPU, generation)),
          "VMPL 0 of CPU 1 gets another save area while VMPL 2 runs");
    check(ap_comes_up(CPU, generation) && ap_runs_within(CPU, PATIENCE),
          "and runs");
}

static void check_features(void)
{
    const SevVmsa *vmsa = vmpl_area(3, INDEX_A, busy, 0);
    Ghcb *ghcb;
    const uint64_t refused[] = {
        0, FEATURES & ~1ull, FEATURES | VMSA_SEV_FEATURE_VTOM,
        FEATURES | VMSA_SEV_FEATURE_REFLECT_VC,
        FEATURES | VMSA_SEV_FEATURE_ALTERNATE_INJECTION,
        FEATURES | VMSA_SEV_FEATURE_VMPL_SSS,
        FEATURES | VMSA_SEV_FEATURE_VMGEXIT_PARAMETER,
        FEATURES | VMSA_SEV_FEATURE_IBS_VIRTUALIZATION,
        FEATURES | VMSA_SEV_FEATURE_VMSA_REG_PROT,
        FEATURES | VMSA_SEV_FEATURE_SMT_PROTECTION, FEATURES | 1ull << 40,
    };

    for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        ghcb = ap_request(3u << GHCB_AP_VMPL_SHIFT | GHCB_AP_CREATE_ON_INIT,
                          CPU, (uintptr_t)vmsa, refused[i]);
        check(GHCB_GET(ghcb, sw_exit_info_1), "features %x are refused",
              refused[i]);
    }
    ghcb = ap_request(3u << GHCB_AP_VMPL_SHIFT | GHCB_AP_CREATE_ON_INIT, CPU,
                      (uintptr_t)vmsa, FEATURES ^ VMSA_SEV_FEATURE_DEBUG_SWAP);
    check(!GHCB_GET(ghcb, sw_exit_info_1),
          "other features than VMPL 0's are taken");
    check(!vmpl_ask(GHCB_AP_CREATE_ON_INIT, 3, CPU, vmsa),
          "and no others from then on");
    check(!vmpl_ask(GHCB_AP_CREATE, 4, CPU, vmsa), "there is no VMPL 4");
}

/*
 * CPU 1 has been launched, and waits for its start: that is no work of VMPL 0,
 * which must not begin because of another VMPL either.
 */
/* A start is for VMPL 0 to give: not even by the SIPI of who owns the APIC. */
static void ask_for_vmpl_0(__attribute__((unused)) uint64_t unused)
{
    seen.errors = vmpl_run(0);
    seen.returns++;
    busy(2);
}

SUITE(snp_vmpl_waiting)
{
    vmpl_admit(OTHER);
    check(vmpl_ask(GHCB_AP_CREATE, OTHER, CPU,
                   vmpl_area(OTHER, INDEX_B, ask_for_vmpl_0, 0)),
          "VMPL 2 of a CPU that waits for its start asks for VMPL 0");
    check(comes(&seen.returns, 0) && seen.errors, "and is told that it cannot");
    check(comes(&seen.number, 0), "it goes on");
    check(vmpl_ask(GHCB_AP_CREATE, OTHER, CPU,
                   vmpl_area(OTHER, INDEX_A, busy, 1)),
          "another VMPL 2 is created, VMPL 0 still waiting");
    check(comes(&seen.number, 2), "it runs, nobody having asked for it");
    check(vmpl_ask(GHCB_AP_DESTROY, OTHER, CPU, NULL), "it is destroyed");
    check(!seen.wakes, "VMPL 0 has not begun");
    check(smp_start(2, idle), "it begins by INIT and a start-up IPI");
}

SUITE(snp_vmpl_cpus)
{
    vmpl_admit(OTHER);
    if (!smp_start(2, idle)) {
        bail_out("CPU 1 does not start");
    }
    check_features();
    check_wakes();
    check_replaced();
    check_destroyed();
    check_asked_by_vmpl_2();
    check_vmpl_0(1);
    check_vmpl_0(2);
}
