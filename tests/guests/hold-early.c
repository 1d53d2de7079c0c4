/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "hold_early": APs of an SEV-ES guest that are started again before they
 * have asked for AP reset hold.  The start is not lost: it ends the hold that
 * follows, by MSR and by GHCB, and no other.  "starts=" of them come before.
 */
#include "ghcb.h"
#include "msr.h"
#include "smp.h"
#include "suite.h"
#include "vc.h"

#define APIC_ICR_LOW    0xfee00300
#define ICR_OTHERS_INIT 0xc4500
#define ICR_OTHERS_SIPI 0xc4608
#define ICR_OTHERS_NMI  0xc4400
#define PATIENCE        100000000u
#define SHORT_WHILE     100000u

/* What an AP does: spins until it is let go, and asks for two holds. */
enum stage { SPIN_MSR = 1, MSR_ONCE, MSR_TWICE, SPIN_GHCB, GHCB_ONCE,
             GHCB_TWICE };

static struct report {
    uint32_t rounds, nmis;
    uint64_t msr[2], ghcb[2];
} reports[MAX_CPUS];

/* The stage of the spin that APs may leave */
static uint32_t go;

static void on_nmi(struct regs *regs)
{
    (void)regs;
    reports[this_cpu()->index].nmis++;
    ghcb_call(ghcb_begin(0, GHCB_EXIT_NMI_COMPLETE, 0, 0));
}

static void spin(struct report *report, uint32_t stage)
{
    smp_reach(stage);
    while (read32((uintptr_t)&go) != stage) {
        __atomic_add_fetch(&report->rounds, 1, __ATOMIC_SEQ_CST);
        pause();
    }
}

static uint64_t hold_by_ghcb(void)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_AP_RESET_HOLD, 0, 0);

    ghcb_call(ghcb);
    return GHCB_GET(ghcb, sw_exit_info_2);
}

static void ap(unsigned index)
{
    struct report *report = &reports[index];

    spin(report, SPIN_MSR);
    report->msr[0] = ghcb_msr(GHCB_MSR_AP_RESET_HOLD_REQ);
    smp_reach(MSR_ONCE);
    report->msr[1] = ghcb_msr(GHCB_MSR_AP_RESET_HOLD_REQ);
    smp_reach(MSR_TWICE);
    spin(report, SPIN_GHCB);
    report->ghcb[0] = hold_by_ghcb();
    smp_reach(GHCB_ONCE);
    report->ghcb[1] = hold_by_ghcb();
    smp_reach(GHCB_TWICE);
}

/* Does it spin, within so many looks? */
static bool spins(unsigned cpu, unsigned patience)
{
    uint32_t before = read32((uintptr_t)&reports[cpu].rounds);

    while (patience--) {
        if (read32((uintptr_t)&reports[cpu].rounds) != before) {
            return true;
        }
        pause();
    }
    return false;
}

static bool all_spin(unsigned cpus)
{
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        if (!spins(cpu, PATIENCE)) {
            return false;
        }
    }
    return true;
}

static bool none_spins(unsigned cpus)
{
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        /* The first look may still see the round that INIT has ended. */
        if (spins(cpu, SHORT_WHILE) && spins(cpu, SHORT_WHILE)) {
            return false;
        }
    }
    return true;
}

/* Each step has been taken before the next one comes. */
static void start_busy(unsigned cpus, unsigned starts)
{
    for (unsigned i = 0; i < starts; i++) {
        check(all_spin(cpus), "all APs are busy");
        write32(APIC_ICR_LOW, ICR_OTHERS_INIT);
        check(none_spins(cpus), "INIT has them wait for a start-up IPI");
        write32(APIC_ICR_LOW, ICR_OTHERS_NMI);
        check(none_spins(cpus), "an NMI does not end that");
        write32(APIC_ICR_LOW, ICR_OTHERS_SIPI);
        check(all_spin(cpus), "a start-up IPI does");
        write32(APIC_ICR_LOW, ICR_OTHERS_SIPI);
    }
}

static void check_waiting(unsigned cpus, uint32_t stage, const char *what)
{
    check(smp_all_at(cpus, stage, PATIENCE), "%s", what);
    for (unsigned i = 0; i < SHORT_WHILE; i++) {
        pause();
    }
    check(smp_all_at(cpus, stage, 0), "and ends no other: all APs are held");
}

static void check_kind(unsigned cpus, enum stage begin, unsigned starts)
{
    check(smp_all_at(cpus, begin, PATIENCE), "all APs come to spin");
    start_busy(cpus, starts);
    write32((uintptr_t)&go, begin);
    check_waiting(cpus, begin + 1, "a start that came before ends the hold");
    write32(APIC_ICR_LOW, ICR_OTHERS_INIT);
    write32(APIC_ICR_LOW, ICR_OTHERS_SIPI);
}

SUITE(hold_early)
{
    unsigned cpus = config_number("cpus", 1);
    unsigned starts = config_number("starts", 1);

    exception_handle(VECTOR_NMI, on_nmi);
    if (!check(smp_start(cpus, ap), "%u CPUs start", cpus)) {
        return;
    }
    check_kind(cpus, SPIN_MSR, starts);
    check_kind(cpus, SPIN_GHCB, starts);
    if (!check(smp_wait(cpus), "all CPUs come to their end")) {
        return;
    }
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        for (unsigned i = 0; i < 2; i++) {
            check_equal(reports[cpu].msr[i], 0x1007,
                        "CPU %u is told of start %u by MSR", cpu, i);
            check_equal(reports[cpu].ghcb[i], 1,
                        "CPU %u is told of start %u by GHCB", cpu, i);
        }
    }
}
