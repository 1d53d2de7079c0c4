/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_random": "rounds=" random page state changes, AP creations and
 * instructions on the Reverse Map Table, from "seed=", by each of "cpus="
 * CPUs.  They are for RAM that the program does not use, and for what is no
 * RAM; whatever is answered or raised, the guest goes on, and can still have
 * memory.
 */
#include "paging.h"
#include "probe.h"
#include "random.h"
#include "run.h"
#include "segments.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"

#define AREA_SIZE   0x800000u

static unsigned rounds;

/* A page of the area, often the first of 2 MiB, or where there is no RAM */
static uint64_t any_page(void)
{
    switch (below(8)) {
    case 0:
        return 0xc0000000 + (any() & 0x3ffff000);
    case 1:
        return (any() | 1ull << 40) & 0xffffffffff000;
    case 2:
    case 3:
        return SNP_FRESH + (below(AREA_SIZE) & -SIZE_2M);
    default:
        return SNP_FRESH + (below(AREA_SIZE) & -SIZE_4K);
    }
}

static uint64_t any_entry(void)
{
    uint64_t page = any_page();
    bool is_2m = !below(4);

    return (is_2m && below(4) ? page & -(uint64_t)SIZE_2M : page) |
           (uint64_t)(below(8) ? 1 + below(2) : below(16))
           << GHCB_PSC_OP_SHIFT |
           (is_2m ? GHCB_PSC_2M : 0) | (below(4) ? 0 : below(514)) |
           (below(8) ? 0 : any() & ~(-1ull >> 7));
}

static void random_change(void)
{
    Ghcb *ghcb = psc_begin(below(2) ? 0 : any_size(), any_size());

    for (unsigned i = 0; i < GHCB_PSC_MAX_ENTRIES; i++) {
        psc_entries(ghcb)[i] = any_entry();
    }
    if (below(4)) {
        psc_header(ghcb)->cur_entry = le16_of(below(8));
        psc_header(ghcb)->end_entry = le16_of(below(16));
    }
    if (!below(16)) {
        GHCB_SET(ghcb, sw_scratch, below(2) ? any_page() + below(4096)
                                            : any());
    }
    if (!below(16)) {
        ghcb_mark(ghcb, below(128), below(2));
    }
    ghcb_call(ghcb);
}

/* No CPU that runs this, and no save area that would be taken */
static void random_creation(void)
{
    uint64_t apic_id = MAX_CPUS + below(0x7fffffff);
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_AP_CREATION,
                            apic_id << 32 | (below(4) ? below(4)
                                                      : (uint32_t)any()),
                            any_page() + (below(2) ? 0 : below(4096)));

    if (below(8)) {
        GHCB_SET(ghcb, rax, below(2) ? 1 : any_size());
    }
    ghcb_call(ghcb);
}

/* The instructions of all CPUs but the first, whose place run_see() has */
static void random_call(void)
{
    catch_vc(rmp_probes[below(RMP_PROBES)], any_page() + below(4096), any_size());
}

static void random_insn(void)
{
    static const struct code codes[] = {
        CODE(0xf2, 0x0f, 0x01, 0xff), CODE(0xf3, 0x0f, 0x01, 0xfe),
        CODE(0xf3, 0x0f, 0x01, 0xfd),
    };
    const struct code *code = &codes[below(3)];
    struct gprs gprs = {
        .ax = below(8) ? any_page() + below(4096) : any(),
        .cx = below(4) ? below(2) : any(),
        .dx = below(4) ? below(2) : any_size(),
    };

    run_see(code->bytes, code->length, &gprs);
}

static void random_access(void)
{
    uintptr_t at = SNP_FRESH + (below(AREA_SIZE) & ~7u);

    catch_vc(below(2) ? probe_read : probe_write, at, any());
}

static void one_round(void)
{
    switch (below(6)) {
    case 0:
        random_change();
        break;
    case 1:
        psc_msr(any_page(), below(4) ? 1 + below(2) : below(16));
        break;
    case 2:
        random_creation();
        break;
    case 3:
        random_access();
        break;
    default:
        if (this_cpu()->index) {
            random_call();
        } else {
            random_insn();
        }
    }
}

static void run_rounds(unsigned cpu)
{
    for (unsigned i = 0; i < rounds; i++) {
        one_round();
    }
    (void)cpu;
}

static void run_all(unsigned cpus)
{
    if (cpus > 1 && !smp_start(cpus, run_rounds)) {
        bail_out("not all CPUs start");
    }
    run_rounds(0);
    check(cpus == 1 || smp_wait(cpus), "all CPUs come to their end");
}

SUITE(snp_random)
{
    unsigned good = 0;

    rounds = config_number("rounds", 1000);
    random_begin();
    run_all(config_number("cpus", 1));
    check(true, "%u random requests are survived", rounds);
    for (unsigned i = 0; i < AREA_SIZE / SIZE_4K; i++) {
        uintptr_t page = SNP_FRESH + i * SIZE_4K;
        uint64_t value;

        psc_msr(page, GHCB_PSC_OP_SHARED);
        snp_accept(page, SIZE_4K);
        value = any();
        *(uint64_t *)page = value;
        good += catch_vc(probe_read, page, 0).value == value;
    }
    check_equal(good, AREA_SIZE / SIZE_4K,
                "all of the memory can still be had");
}
