/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "trip": one thing, many times, for `make bench` to time from outside
 * (bench/trips.py).  The handlers do no more than they must: what is timed is
 * the way there and back.
 *
 *   what=cpuid   CPUID; in an SEV-ES guest #VC, a GHCB, VMGEXIT and IRET
 *   what=ud      UD2, whose handler goes on behind it: a plain exception
 *   what=port    a read of a port that is free
 *   what=both    the two of them
 *   times=N      so often
 */
#include "ghcb.h"
#include "suite.h"
#include "vc-short.h"

#define PORT_FREE 0x80

static unsigned handled;

static void behind_ud2(struct regs *regs)
{
    handled++;
    regs->ip += 2;
}

static uint32_t go(const char *what, unsigned times)
{
    uint32_t r[4] = { 0 };

    for (unsigned i = 0; i < times; i++) {
        if (what[0] == 'c') {
            cpuid(0, 0, r);
        }
        if (what[0] == 'u' || what[0] == 'b') {
            asm volatile("ud2");
        }
        if (what[0] == 'p' || what[0] == 'b') {
            inb(PORT_FREE);
        }
    }
    return r[1];
}

SUITE(trip)
{
    unsigned times = config_number("times", 1);
    uint32_t vendor[4], seen;
    char what[8];

    config_text("what", what, sizeof(what));
    cpuid(0, 0, vendor);
    exception_handle(VECTOR_UD, behind_ud2);
    if (what[0] == 'c') {
        vc_short_begin(vc_short_cpuid);
    }
    seen = go(what, times);
    if (what[0] == 'c') {
        vc_short_end();
    }
    exception_handle(VECTOR_UD, NULL);
    if (what[0] == 'c') {
        check_equal(seen, vendor[1], "CPUID says the same each time");
        check_equal(vc_short_count(), es_active() ? times : 0,
                    "in an SEV-ES guest each is one #VC");
    } else if (what[0] != 'p') {
        check_equal(handled, times, "each UD2 is one exception");
    } else {
        check(true, "the port was read");
    }
}
