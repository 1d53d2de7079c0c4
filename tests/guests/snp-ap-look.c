/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_ap_look": a CPU looks into a save area while another starts with
 * it, "rounds=" times.  While a processor takes a save area, the entry of its
 * page is in use: who looks then is made to look again, and never sees a fault,
 * nor anything but what is there.
 */
#include "ap-creation.h"
#include "suite.h"

#define LOOKS 2000u

/* Each look needs a TLB entry of its own. */
static uint64_t look(const SevVmsa *vmsa)
{
    asm volatile("invlpg (%0)" : : "r"(vmsa) : "memory");
    return le64_get(((const volatile SevVmsa *)vmsa)->r8_15[7]);
}

static bool is_up(unsigned cpu, unsigned generation)
{
    return __atomic_load_n(&reports[cpu].generation, __ATOMIC_SEQ_CST) ==
           generation;
}

/* Returns how many looks saw something else. */
static unsigned start_and_look(SevVmsa *vmsa, unsigned generation)
{
    uint64_t expected;
    unsigned wrong = 0;

    save_area_fill(vmsa, 1, generation);
    expected = le64_get(vmsa->r8_15[7]);
    if (!ap_request_done(GHCB_AP_CREATE, 1, vmsa)) {
        return LOOKS;
    }
    for (unsigned i = 0; i < LOOKS && !is_up(1, generation); i++) {
        wrong += look(vmsa) != expected;
    }
    return ap_comes_up(1, generation) ? wrong : LOOKS;
}

SUITE(snp_ap_look)
{
    SevVmsa *vmsa[2] = { save_area(true), save_area(true) };
    unsigned wrong = 0, rounds = config_number("rounds", 1);

    for (unsigned i = 0; i < rounds && !wrong; i++) {
        wrong = start_and_look(vmsa[i % 2], 0x1000 + i);
    }
    check_equal(wrong, 0, "each look sees the save area as it is");
}
