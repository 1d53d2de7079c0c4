/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "terminate": the guest ends itself, for the reason that "set=" and
 * "code=" name, by the GHCB's MSR or with ghcb=1 by a GHCB; with rom=1 while it
 * executes its ROM, as firmware's first steps do.
 *
 * Suite "give_up": it reports that it does not know the #VC "event=", or makes
 * "request=" by MSR, which only an SEV-SNP guest can.
 */
#include "ghcb.h"
#include "msr.h"
#include "suite.h"
#include "x86.h"

/* rom_vmgexit() of lib/reset.S, which is too far away for a call */
static void vmgexit_in_rom(void)
{
    uintptr_t at;

    asm("mov $rom_vmgexit, %k0" : "=r"(at));
    ((void (*)(void))at)();
}

SUITE(terminate)
{
    uint64_t set = config_number("set", 0), code = config_number("code", 0);

    if (config_number("rom", 0)) {
        wrmsr(MSR_GHCB, set << GHCB_MSR_TERM_SET_SHIFT |
                        code << GHCB_MSR_TERM_CODE_SHIFT | GHCB_MSR_TERM_REQ);
        vmgexit_in_rom();
    } else if (config_number("ghcb", 0)) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_TERM_REQUEST, set | code << 4, 0));
    } else {
        ghcb_msr(set << GHCB_MSR_TERM_SET_SHIFT |
                 code << GHCB_MSR_TERM_CODE_SHIFT | GHCB_MSR_TERM_REQ);
    }
    check(false, "the guest has ended");
}

SUITE(give_up)
{
    unsigned event = config_number("event", 0);

    if (event) {
        ghcb_call(ghcb_begin(0, GHCB_EXIT_UNSUPPORTED_EVENT, event, 0));
    } else {
        ghcb_msr(config_number("request", 0));
    }
    check(false, "the guest has ended");
}
