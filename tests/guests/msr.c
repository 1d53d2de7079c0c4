/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "msr": SEV_STATUS can be read and not written; without SEV it is one
 * of the MSRs that TCG doesn't know, which read as zero and ignore writes.
 */
#include "msr.h"
#include "probe.h"
#include "suite.h"

static struct fault try_rdmsr(uint32_t index, uint64_t *value)
{
    return catch_fault(probe_rdmsr, index, (uintptr_t)value);
}

static struct fault try_wrmsr(uint32_t index, uint64_t value)
{
    return catch_fault(probe_wrmsr, index, (uintptr_t)&value);
}

static void check_read(uint64_t want, const char *when)
{
    uint64_t value = ~0ull;
    struct fault f = try_rdmsr(MSR_SEV_STATUS, &value);

    check_equal(f.vector, NO_FAULT, "SEV_STATUS can be read %s", when);
    check_equal(value, want, "SEV_STATUS has its value %s", when);
}

SUITE(msr)
{
    static const uint64_t values[] = {
        0, SEV_STATUS_SEV, 2, 3, 1ull << 63, ~0ull
    };
    uint64_t want = config_sev_status();

    check_read(want, "at first");
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct fault f = try_wrmsr(MSR_SEV_STATUS, values[i]);

        if (config_sev()) {
            check_fault(f, (struct fault) {
                .vector = VECTOR_GP, .ip = (uintptr_t)probe_wrmsr_ip,
            }, "writing %x to SEV_STATUS is #GP", values[i]);
        } else {
            check_equal(f.vector, NO_FAULT,
                        "writing %x to SEV_STATUS is ignored", values[i]);
        }
    }
    check_read(want, "after all attempts to write it");
}
