/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "x2apic": the local APIC by MSRs.  In an SEV-ES guest each access is a
 * request to the hypervisor, where one by MMIO would be too.  Without the
 * feature (x2apic=0) the mode cannot be entered.
 *
 * Suite "x2apic_cpus": interrupts between "cpus=" CPUs, each with its own
 * local APIC in that mode.
 */
#include "cpuid.h"
#include "exception.h"
#include "msr.h"
#include "probe.h"
#include "smp.h"
#include "suite.h"

#define APIC_BASE_EXTD      (1u << 10)
#define APIC_BASE_EN        (1u << 11)

#define X2APIC_ID           0x802
#define X2APIC_VERSION      0x803
#define X2APIC_RESERVED     0x804
#define X2APIC_TPR          0x808
#define X2APIC_EOI          0x80b
#define X2APIC_LDR          0x80d
#define X2APIC_DFR          0x80e   /* there is none */
#define X2APIC_SPURIOUS     0x80f
#define X2APIC_IRR_64       0x822   /* vectors 64 to 95 */
#define X2APIC_ICR          0x830
#define X2APIC_ICR_HIGH     0x831   /* part of the other */
#define X2APIC_SELF_IPI     0x83f

#define ICR_LOGICAL         (1u << 11)
#define ICR_ALL_BUT_SELF    (3u << 18)

#define SOFTWARE_ENABLE     0x1ff
#define SOME_VECTOR         70
#define VECTOR_OF_ONE       72
#define VECTOR_OF_LOGICAL   73
#define VECTOR_OF_ALL       74
#define IRR_BIT(vector)     (1u << ((vector) - 64))
#define PATIENCE            20000000u

/* How far a CPU is */
enum { ITS_APIC_IS_ON = 1, HAS_ALL };

static uint64_t read(uint32_t index)
{
    uint64_t value = ~0ull;
    struct fault f = catch_fault(probe_rdmsr, index, (uintptr_t)&value);

    check_equal(f.vector, NO_FAULT, "MSR %x can be read", (uint64_t)index);
    return value;
}

static void write(uint32_t index, uint64_t value)
{
    struct fault f = catch_fault(probe_wrmsr, index, (uintptr_t)&value);

    check_equal(f.vector, NO_FAULT, "%x can be written to MSR %x", value,
                (uint64_t)index);
}

static void check_gp(uint32_t index, uint64_t value, const char *what)
{
    check_fault(catch_fault(probe_wrmsr, index, (uintptr_t)&value),
                (struct fault) {
        .vector = VECTOR_GP, .ip = (uintptr_t)probe_wrmsr_ip,
    }, "%s is #GP", what);
}

static void check_registers(void)
{
    uint64_t value;

    check_equal(read(X2APIC_ID), cpuid_get(CPUID_APIC_ID),
                "the ID is that of CPUID");
    check_equal(read(X2APIC_LDR), 1, "CPU 0 is the first of cluster 0");
    check(read(X2APIC_VERSION) & 0xff, "there is a version");
    write(X2APIC_TPR, 0x20);
    check_equal(read(X2APIC_TPR), 0x20, "the task priority is kept");
    write(X2APIC_TPR, 0);
    write(X2APIC_EOI, 0);
    check_gp(X2APIC_ID, 1, "writing the ID");
    check_gp(X2APIC_LDR, 1, "writing the logical destination");
    check_gp(X2APIC_DFR, ~0u, "writing the destination's format");
    check_gp(X2APIC_ICR_HIGH, 0, "writing half of the ICR");
    check_gp(X2APIC_RESERVED, 0, "writing a register that is none");
    check_fault(catch_fault(probe_rdmsr, X2APIC_RESERVED, (uintptr_t)&value),
                (struct fault) {
        .vector = VECTOR_GP, .ip = (uintptr_t)probe_rdmsr_ip,
    }, "reading a register that is none is #GP");
}

/* Interrupts are off, so it stays where it is. */
static void check_interrupt(void)
{
    write(X2APIC_SPURIOUS, SOFTWARE_ENABLE);
    check_equal(read(X2APIC_IRR_64), 0, "no interrupt is pending");
    write(X2APIC_SELF_IPI, SOME_VECTOR);
    check_equal(read(X2APIC_IRR_64), IRR_BIT(SOME_VECTOR),
                "an interrupt to itself is pending");
}

SUITE(x2apic)
{
    uint64_t base = read(MSR_APIC_BASE);
    unsigned there = config_number("x2apic", 1);

    check_equal(cpuid_get(CPUID_X2APIC), there, "CPUID tells about x2APIC");
    if (!there) {
        check_gp(MSR_APIC_BASE, base | APIC_BASE_EXTD, "turning it on");
        return;
    }
    write(MSR_APIC_BASE, base | APIC_BASE_EXTD);
    check_equal(read(MSR_APIC_BASE), base | APIC_BASE_EXTD, "it is on");
    check_registers();
    check_interrupt();
    check_gp(MSR_APIC_BASE, base, "turning it off without the APIC");
    write(MSR_APIC_BASE, base & ~(uint64_t)APIC_BASE_EN);
    write(MSR_APIC_BASE, base);
    check_equal(read(MSR_APIC_BASE), base, "it is off");
}

static uint32_t irr[MAX_CPUS], id[MAX_CPUS];

/* Interrupts are off, and it cannot tell of faults: none is to come. */
static void wait_for_all(unsigned index)
{
    wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_EXTD);
    wrmsr(X2APIC_SPURIOUS, SOFTWARE_ENABLE);
    id[index] = rdmsr(X2APIC_ID);
    smp_reach(ITS_APIC_IS_ON);
    do {
        irr[index] = rdmsr(X2APIC_IRR_64);
        pause();
    } while (!(irr[index] & IRR_BIT(VECTOR_OF_ALL)));
    smp_reach(HAS_ALL);
}

static void send(uint32_t destination, uint32_t command)
{
    write(X2APIC_ICR, (uint64_t)destination << 32 | command);
}

SUITE(x2apic_cpus)
{
    unsigned cpus = config_number("cpus", 2);

    if (!check(smp_start(cpus, wait_for_all), "%u CPUs start", cpus) ||
        !check(smp_all_at(cpus, ITS_APIC_IS_ON, PATIENCE),
               "each turns its local APIC on")) {
        return;
    }
    write(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_EXTD);
    write(X2APIC_SPURIOUS, SOFTWARE_ENABLE);
    send(id[1], VECTOR_OF_ONE);
    /* All in cluster 0 */
    send(1u << id[cpus - 1], VECTOR_OF_LOGICAL | ICR_LOGICAL);
    send(0, VECTOR_OF_ALL | ICR_ALL_BUT_SELF);
    check(smp_all_at(cpus, HAS_ALL, PATIENCE),
          "what is for all comes to each");
    for (unsigned i = 1; i < cpus; i++) {
        check_equal(irr[i], IRR_BIT(VECTOR_OF_ALL) |
                    (i == 1 ? IRR_BIT(VECTOR_OF_ONE) : 0) |
                    (i == cpus - 1 ? IRR_BIT(VECTOR_OF_LOGICAL) : 0),
                    "CPU %u has what is for it, by ID or as one of a cluster",
                    i);
    }
    check_equal(read(X2APIC_IRR_64) & ~IRR_BIT(SOME_VECTOR), 0,
                "the sender has nothing");
    check(smp_wait(cpus), "all CPUs come to their end");
}
