/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_ap_early": AP creation and start-up IPIs that meet, "rounds=" of
 * them.  INIT right after "create on INIT" creates a CPU that is busy; what a
 * CPU missed before it was created does not end a hold of its later life; a
 * start-up IPI to a CPU that was created since INIT is none to it.
 */
#include "ap-creation.h"
#include "asm.h"
#include "msr.h"
#include "suite.h"

#define APIC_ICR_LOW    0xfee00300
#define APIC_ICR_HIGH   0xfee00310
#define SHORT_WHILE     50000u

static bool stands(unsigned cpu)
{
    return !ap_runs_within(cpu, SHORT_WHILE) ||
           !ap_runs_within(cpu, SHORT_WHILE);
}

static bool create(unsigned cpu, unsigned generation)
{
    return ap_request_done(GHCB_AP_CREATE, cpu,
                           save_area_good(cpu, generation)) &&
           ap_comes_up(cpu, generation);
}

/* As close together as they can come */
static bool create_on_init(unsigned cpu, SevVmsa *vmsa, unsigned generation)
{
    save_area_fill(vmsa, cpu, generation);
    write32(APIC_ICR_HIGH, cpu << 24);
    if (!ap_request_done(GHCB_AP_CREATE_ON_INIT, cpu, vmsa)) {
        return false;
    }
    write32(APIC_ICR_LOW, ICR_INIT);
    return ap_comes_up(cpu, generation);
}

static void check_create_on_init(unsigned rounds)
{
    SevVmsa *vmsa[2] = { save_area(true), save_area(true) };
    unsigned lost = 0;

    check(create(1, 1), "CPU 1 is created and busy");
    for (unsigned i = 0; i < rounds && !lost; i++) {
        lost = create_on_init(1, vmsa[i % 2], 0x1000 + i) ? 0 : i + 1;
    }
    check_equal(lost, 0, "each INIT after \"create on INIT\" creates it");
}

static void miss_a_start(unsigned cpu)
{
    ap_send(cpu, ICR_INIT);
    check(stands(cpu), "INIT stops it");
    ap_send(cpu, ICR_SIPI);
    check(ap_runs_within(cpu, PATIENCE), "a start-up IPI has it go on");
}

static void check_held(unsigned cpu, const char *why)
{
    check(stands(cpu), "%s", why);
    ap_send(cpu, ICR_INIT);
    ap_send(cpu, ICR_SIPI);
    check(ap_runs_within(cpu, PATIENCE),
          "INIT and a start-up IPI end the hold");
    check_equal(reports[cpu].held, 0x1007, "which is told of");
}

static void check_missed_start(unsigned generation)
{
    miss_a_start(1);
    check(create(1, generation | HOLDS), "CPU 1 is created anew");
    check_held(1, "what it missed before is forgotten: it is held");
}

static void check_late_start(unsigned generation)
{
    ap_send(1, ICR_INIT);
    check(stands(1), "INIT stops it");
    check(create(1, generation), "CPU 1 is created meanwhile");
    ap_send(1, ICR_SIPI);
    check(ap_runs_within(1, PATIENCE), "it runs, a start-up IPI or not");
    check(create(1, (generation + 1) | HOLDS), "CPU 1 is created once more");
    ap_send(1, ICR_SIPI);
    check_held(1, "a start-up IPI without INIT starts nothing");
}

SUITE(snp_ap_early)
{
    check_create_on_init(config_number("rounds", 1));
    check_missed_start(2);
    check_late_start(3);
}
