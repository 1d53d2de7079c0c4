/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "cr3" (long mode): the C-bit may be loaded into CR3 and is read back;
 * other bits above physical addresses are #GP, and without SEV the C-bit's
 * place is one of them.
 */
#include "cpuid.h"
#include "paging.h"
#include "probe.h"
#include "suite.h"

static void check_accepted(uint64_t cr3, const char *name)
{
    struct fault f = catch_fault(probe_write_cr3, cr3, 0);
    uint64_t now = read_cr3();

    write_cr3(base_cr3);
    check(f.vector == NO_FAULT, "CR3 can be loaded %s", name);
    check_equal(now, cr3, "CR3 loaded %s is read back as written", name);
}

static void check_refused(uint64_t cr3, const char *name, unsigned bit)
{
    struct fault f = catch_fault(probe_write_cr3, cr3, 0);
    uint64_t now = read_cr3();

    write_cr3(base_cr3);
    check_fault(f, (struct fault) {
        .vector = VECTOR_GP, .ip = (uintptr_t)probe_write_cr3_ip,
    }, "loading CR3 with bit %u set %s is #GP", bit, name);
    check_equal(now, base_cr3, "CR3 is unchanged by bit %u %s", bit, name);
}

SUITE(cr3)
{
    uint64_t plain = base_cr3 & ~c_bit, place = config_number("cbitpos", 0);

    check_equal(base_cr3, plain | config_c_bit(),
                "the guest started with the right C-bit in CR3");
    check_accepted(plain, "without the C-bit");
    if (config_sev()) {
        check_accepted(plain | config_c_bit(), "with the C-bit");
        /* Cache attributes of the root table are no address bits. */
        check_accepted(plain | config_c_bit() | 0x18, "with C-bit, PWT, PCD");
    } else {
        check_refused(plain | 1ull << place, "without SEV", place);
    }
    for (unsigned bit = cpuid_phys_bits(); bit < 64; bit++) {
        if (config_c_bit() == 1ull << bit) {
            continue;
        }
        check_refused(plain | 1ull << bit, "alone", bit);
        if (config_sev()) {
            check_refused(plain | config_c_bit() | 1ull << bit,
                          "beside the C-bit", bit);
        }
    }
}
