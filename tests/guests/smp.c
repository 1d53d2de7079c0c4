/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "smp": "cpus=" CPUs at once, each with a CR3 of its own that carries
 * the C-bit (where it has room), and one address that means another page on each.
 */
#include "cpuid.h"
#include "msr.h"
#include "paging.h"
#include "probe.h"
#include "smp.h"
#include "suite.h"

#define ROUNDS 2000

static struct path paths[MAX_CPUS];
static uintptr_t pages[MAX_CPUS];

static struct report {
    uint32_t good_rounds;
    uint32_t c_bit_position;
    uint64_t sev_status, cr3;
    struct fault write;
} reports[MAX_CPUS];

static void run(unsigned index)
{
    struct path *path = &paths[index];
    struct report *report = &reports[index];
    uint64_t c_bit_in_cr3 = cr3_bits(config_c_bit()), one = 1;

    report->c_bit_position = cpuid_get(CPUID_C_BIT_POSITION);
    report->sev_status = rdmsr(MSR_SEV_STATUS);
    report->write = catch_fault(probe_wrmsr, MSR_SEV_STATUS, (uintptr_t)&one);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        path_load(path, i & 1 ? c_bit_in_cr3 : 0);
        write32(path->va, index << 24 | i);
        path_load(path, i & 2 ? c_bit_in_cr3 : 0);
        report->good_rounds += read32(path->va) == (index << 24 | i);
    }
    path_load(path, c_bit_in_cr3);
    report->cr3 = read_cr3();
    path_leave();
}

static void check_cpu(unsigned index)
{
    struct report *report = &reports[index];

    check_equal(report->c_bit_position,
                config_sev() ? config_number("cbitpos", 0) : 0,
                "CPU %u has the C-bit where the others have it", index);
    check_equal(report->sev_status, config_sev_status(),
                "CPU %u has its SEV_STATUS", index);
    check_equal(report->write.vector, config_sev() ? VECTOR_GP : NO_FAULT,
                "CPU %u writes SEV_STATUS with the effect it should have",
                index);
    check_equal(report->cr3, paths[index].root | cr3_bits(config_c_bit()),
                "CPU %u reads back its own CR3", index);
    check_equal(report->good_rounds, ROUNDS,
                "CPU %u saw its own page in every round", index);
    check_equal(read32(pages[index]), index << 24 | (ROUNDS - 1),
                "what CPU %u wrote is in its page", index);
}

SUITE(smp)
{
    unsigned cpus = config_number("cpus", 1);

    for (unsigned i = 0; i < cpus && i < MAX_CPUS; i++) {
        pages[i] = page_alloc();
        path_build(&paths[i], 1, pages[i]);
        path_encrypt(&paths[i], config_c_bit(), ~0u);
    }
    if (!check(smp_start(cpus, run), "%u CPUs start", cpus)) {
        return;
    }
    run(0);
    if (!check(smp_wait(cpus), "all CPUs come to their end")) {
        return;
    }
    for (unsigned i = 0; i < cpus; i++) {
        check_cpu(i);
    }
}
