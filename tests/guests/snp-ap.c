/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_ap": CPUs that start with a save area of the guest's (56421, SNP
 * AP creation), with "cpus=" of them, and requests that are refused.
 */
#include "ap-creation.h"
#include "asm.h"
#include "msr.h"
#include "paging.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define SHORT_WHILE     50000u

/* More bits than an address has, those of the hypervisor's own save areas */
#define BEYOND_MEMORY   0x30000000001000ull

static bool runs(unsigned cpu)
{
    return ap_runs_within(cpu, PATIENCE);
}

static bool stands(unsigned cpu)
{
    return !ap_runs_within(cpu, SHORT_WHILE);
}

/* Only DebugSwap has them in the save area. */
static void check_debug_registers(unsigned cpu)
{
    bool swap = FEATURES & VMSA_SEV_FEATURE_DEBUG_SWAP;

    check_equal(reports[cpu].dr0, swap ? DR(0) : 0, "CPU %u has its DR0", cpu);
    check_equal(reports[cpu].dr3, swap ? DR(3) : 0, "CPU %u has its DR3", cpu);
}

static void check_state(unsigned cpu, unsigned generation)
{
    const struct report *report = &reports[cpu];

    check_equal(report->r15, ~(uint64_t)generation,
                "CPU %u has its registers from the save area", cpu);
    check_equal(report->sev_status, config_sev_status(),
                "CPU %u has its SEV_STATUS", cpu);
    check_equal(report->cr3, base_cr3, "CPU %u has its CR3", cpu);
    check_equal(report->efer & (EFER_LMA | EFER_LME | EFER_NXE),
                EFER_LMA | EFER_LME | EFER_NXE, "CPU %u has its EFER", cpu);
    check_debug_registers(cpu);
}

static void check_create(unsigned cpu, unsigned generation)
{
    check(ap_request_done(GHCB_AP_CREATE, cpu,
                          save_area_good(cpu, generation)),
          "CPU %u is created", cpu);
    check(ap_comes_up(cpu, generation) && (generation & HALTS || runs(cpu)),
          "CPU %u runs", cpu);
    check_state(cpu, generation);
}

static void check_destroy(unsigned cpu)
{
    check(ap_request_done(GHCB_AP_DESTROY, cpu, NULL),
          "CPU %u is destroyed", cpu);
    check(stands(cpu) || stands(cpu), "CPU %u stops", cpu);
}

/* Not where it was, and not as an AP that starts for the first time */
static void check_stays(unsigned cpu, const char *what)
{
    uint32_t started = read32((uintptr_t)&cpus_started);

    check(stands(cpu) && read32((uintptr_t)&cpus_started) == started,
          "CPU %u does not run by %s", cpu, what);
}

/*
 * What a CPU comes to that runs with the state of its launch: there it counts
 * itself.  So it does after an NMI, by real mode's vector.
 */
static void count_starts(void)
{
    uintptr_t vector = VECTOR_NMI * 4;

    /* To the compiler nothing lies there. */
    asm("" : "+r"(vector));
    memcpy((void *)AP_PAGE, ap_code, ap_code_end - ap_code);
    write32(vector, (uint32_t)AP_PAGE >> 4 << 16);
}

static void check_nothing_wakes(unsigned cpu)
{
    count_starts();
    ap_send(cpu, ICR_NMI);
    check_stays(cpu, "an NMI");
    ap_send(cpu, ICR_SIPI);
    check_stays(cpu, "a start-up IPI");
    ap_send(cpu, ICR_INIT);
    check_stays(cpu, "INIT");
    ap_send(cpu, ICR_SIPI);
    check_stays(cpu, "INIT and a start-up IPI");
    ap_send(cpu, ICR_NMI);
    check_stays(cpu, "an NMI after that");
}

static void check_create_on_init(unsigned cpu, unsigned generation, bool sipi)
{
    check(ap_request_done(GHCB_AP_CREATE_ON_INIT, cpu,
                          save_area_good(cpu, generation)),
          "CPU %u is to be created on INIT", cpu);
    check(stands(cpu), "CPU %u does not run yet", cpu);
    ap_send(cpu, ICR_INIT);
    /* Firmware sends it all the same. */
    if (sipi) {
        ap_send(cpu, ICR_SIPI);
    }
    check(ap_comes_up(cpu, generation) && (generation & HALTS || runs(cpu)),
          "CPU %u runs by INIT%s", cpu, sipi ? ", an IPI following" : "");
    check_state(cpu, generation);
}

/* From where a CPU may be: never started, destroyed, in HLT */
static void check_inits(unsigned cpu)
{
    check_create_on_init(cpu, 3, true);
    check_destroy(cpu);
    check_nothing_wakes(cpu);
    check_create_on_init(cpu, 4 | HALTS, false);
    check_create_on_init(cpu, 5 | HALTS, false);
    check_create_on_init(cpu, 6, true);
    check_destroy(cpu);
    check_create(cpu, 7 | HALTS);
    ap_send(cpu, ICR_INIT);
    check_stays(cpu, "INIT without a new save area");
}

static void check_refused(Ghcb *ghcb, const char *what)
{
    check(GHCB_GET(ghcb, sw_exit_info_1) == GHCB_RESP_MALFORMED_INPUT &&
          GHCB_GET(ghcb, sw_exit_info_2) == GHCB_ERR_INVALID_INPUT,
          "%s is refused (got %x, %x)", what,
          GHCB_GET(ghcb, sw_exit_info_1), GHCB_GET(ghcb, sw_exit_info_2));
}

static void check_bad_areas(unsigned cpu, unsigned what)
{
    uintptr_t large = fresh_alloc(SIZE_2M), given_up, rescinded;
    SevVmsa *plain = save_area(false);

    save_area_fill(plain, cpu, 99);
    snp_accept(large, SIZE_4K);
    rmpadjust(large, 0, 1 | RMP_ATTR_VMSA);
    save_area_fill((SevVmsa *)large, cpu, 99);
    given_up = (uintptr_t)save_area_good(cpu, 99);
    snp_give_up(given_up, SIZE_4K);
    rescinded = (uintptr_t)save_area_good(cpu, 99);
    pvalidate(rescinded, 0, 0);
    check_refused(ap_request(what, cpu, large, FEATURES),
                  "a save area at a multiple of 2 MiB");
    check_refused(ap_request(what, cpu, (uintptr_t)plain, FEATURES),
                  "what RMPADJUST has not made a save area");
    check_refused(ap_request(what, cpu, given_up, FEATURES),
                  "a save area that was given up");
    check_refused(ap_request(what, cpu, rescinded, FEATURES),
                  "a save area whose validation was rescinded");
    check_refused(ap_request(what, cpu, 0xd0001000, FEATURES),
                  "a save area that is no RAM");
    check_refused(ap_request(what, cpu, BEYOND_MEMORY, FEATURES),
                  "a save area beyond all memory");
}

static void check_bad_requests(unsigned cpu)
{
    const uint64_t vmsa = (uintptr_t)save_area_good(cpu, 99);
    Ghcb *ghcb;

    for (unsigned what = 0; what < 2; what++) {
        check_bad_areas(cpu, what);
        check_refused(ap_request(what, cpu, vmsa + 8, FEATURES),
                      "a save area that is not aligned");
        check_refused(ap_request(what, cpu, vmsa, 0), "no SEV feature at all");
        check_refused(ap_request(what, cpu, vmsa, FEATURES ^
                                 VMSA_SEV_FEATURE_DEBUG_SWAP),
                      "another set of SEV features");
        check_refused(ap_request(what, 77, vmsa, FEATURES),
                      "an APIC ID of no CPU");
        check_refused(ap_request(what | 4u << 16, cpu, vmsa, FEATURES),
                      "VMPL 4, which there is not");
    }
    check_refused(ap_request(3, cpu, vmsa, FEATURES), "request 3");
    check_refused(ap_request(GHCB_AP_DESTROY, 77, 0, 0),
                  "to destroy an APIC ID of no CPU");
    ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                      (uint64_t)cpu << 32 | GHCB_AP_CREATE, vmsa);
    ghcb_call(ghcb);
    check_equal(GHCB_GET(ghcb, sw_exit_info_2), GHCB_ERR_MISSING_INPUT,
                "without features it is malformed");
    check(stands(cpu), "and CPU %u does not run", cpu);
    check_equal(reports[cpu].generation, 0, "nor has it");
}

SUITE(snp_ap)
{
    unsigned cpus = config_number("cpus", 2);

    check_bad_requests(1);
    check_create(1, 1);
    check_create(1, 2);
    check_destroy(1);
    check_inits(1);
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        check_create(cpu, 10 + cpu);
    }
    for (unsigned cpu = 1; cpu < cpus; cpu++) {
        check(runs(cpu), "CPU %u still runs", cpu);
    }
}
