/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "hold": the APs of an SEV-ES guest.  The first start-up IPI starts
 * them where the firmware's table says, the next ones end AP reset hold, be
 * it asked for by MSR or by GHCB; the AP jump table is the same for all.
 */
#include "ghcb.h"
#include "msr.h"
#include "paging.h"
#include "smp.h"
#include "suite.h"
#include "vc.h"

#define APIC_ICR_LOW    0xfee00300
#define ICR_OTHERS_INIT 0xc4500
#define ICR_OTHERS_SIPI 0xc4608
#define ICR_OTHERS_NMI  0xc4400
#define JUMP_TABLE      0x9000
#define PATIENCE        100000000u
#define SHORT_WHILE     100000u

/* What an AP has come to */
enum stage { HOLD_MSR = 1, HELD_MSR, HOLD_GHCB, HELD_GHCB, HALT,
             HALTED };

static struct report {
    uint64_t first_msr, msr_answer, info_1, info_2, jump_table;
    unsigned nmis, halt_exits;
} reports[MAX_CPUS];

static void on_nmi(struct regs *regs)
{
    (void)regs;
    reports[this_cpu()->index].nmis++;
    ghcb_call(ghcb_begin(0, GHCB_EXIT_NMI_COMPLETE, 0, 0));
}

static void ap(unsigned index)
{
    struct report *report = &reports[index];
    unsigned exits;
    Ghcb *ghcb;

    report->first_msr = rdmsr(MSR_GHCB);
    ghcb = ghcb_begin(0, GHCB_EXIT_AP_JUMP_TABLE, GHCB_AP_JUMP_TABLE_GET, 0);
    ghcb_call(ghcb);
    report->jump_table = GHCB_GET(ghcb, sw_exit_info_2);
    smp_reach(HOLD_MSR);
    report->msr_answer = ghcb_msr(GHCB_MSR_AP_RESET_HOLD_REQ);
    smp_reach(HELD_MSR);
    ghcb = ghcb_begin(0, GHCB_EXIT_AP_RESET_HOLD, 0, 0);
    smp_reach(HOLD_GHCB);
    report->info_1 = ghcb_call(ghcb);
    report->info_2 = GHCB_GET(ghcb, sw_exit_info_2);
    smp_reach(HELD_GHCB);
    exits = vc_log()->count;
    smp_reach(HALT);
    asm volatile("cli; hlt");
    report->halt_exits = vc_log()->count - exits;
    smp_reach(HALTED);
}

/* They are where they say, and some time later they still are. */
static void check_waiting(unsigned cpus, uint32_t stage, const char *what)
{
    check(smp_all_at(cpus, stage, PATIENCE), "all APs come to %s", what);
    for (unsigned i = 0; i < SHORT_WHILE; i++) {
        pause();
    }
    check(smp_all_at(cpus, stage, 0), "all APs stay there");
}

static void wake(void)
{
    write32(APIC_ICR_LOW, ICR_OTHERS_INIT);
    write32(APIC_ICR_LOW, ICR_OTHERS_SIPI);
}

static void check_answers(unsigned cpu)
{
    const struct report *report = &reports[cpu];

    check_equal(report->jump_table, JUMP_TABLE,
                "CPU %u gets the AP jump table that CPU 0 has set", cpu);
    check_equal(report->msr_answer & GHCB_MSR_INFO_MASK,
                GHCB_MSR_AP_RESET_HOLD_RESP, "CPU %u was held by MSR", cpu);
    check(report->msr_answer >> GHCB_MSR_DATA_SHIFT,
          "CPU %u is told that a start-up IPI has ended that", cpu);
    check_equal(report->info_1, 0, "CPU %u was held by GHCB", cpu);
    check(report->info_2,
          "CPU %u is told that a start-up IPI has ended that too", cpu);
    check_equal(report->nmis, 1, "an NMI has ended HLT on CPU %u", cpu);
    check_equal(report->halt_exits, 0, "HLT was no #VC on CPU %u", cpu);
    if (paging_levels() > 3) {
        /* In the 32-bit image CPUID has been asked for before. */
        check_equal(report->first_msr & GHCB_MSR_INFO_MASK,
                    GHCB_MSR_SEV_INFO_RESP,
                    "CPU %u starts with SEV information in its MSR", cpu);
    }
}

SUITE(hold)
{
    unsigned cpus = config_number("cpus", 1);
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_AP_JUMP_TABLE,
                            GHCB_AP_JUMP_TABLE_SET, JUMP_TABLE);

    ghcb_call(ghcb);
    exception_handle(VECTOR_NMI, on_nmi);
    if (!check(smp_start(cpus, ap), "%u CPUs start", cpus)) {
        return;
    }
    check_waiting(cpus, HOLD_MSR, "AP reset hold by MSR");
    wake();
    check_waiting(cpus, HOLD_GHCB, "AP reset hold by GHCB");
    wake();
    check_waiting(cpus, HALT, "HLT");
    write32(APIC_ICR_LOW, ICR_OTHERS_NMI);
    if (!check(smp_wait(cpus), "all CPUs come to their end")) {
        return;
    }
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        check_answers(cpu);
    }
}
