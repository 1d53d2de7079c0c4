/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "x2apic": the local APIC by MSRs.  In an SEV-ES guest each access is a
 * request to the hypervisor, where one by MMIO would be too.  Without the
 * feature (x2apic=0) the mode cannot be entered.
 */
#include "cpuid.h"
#include "exception.h"
#include "msr.h"
#include "probe.h"
#include "suite.h"

#define APIC_BASE_EXTD      (1u << 10)
#define APIC_BASE_EN        (1u << 11)

#define X2APIC_ID           0x802
#define X2APIC_VERSION      0x803
#define X2APIC_RESERVED     0x804
#define X2APIC_TPR          0x808
#define X2APIC_EOI          0x80b
#define X2APIC_SPURIOUS     0x80f
#define X2APIC_IRR_64       0x822   /* vectors 64 to 95 */
#define X2APIC_SELF_IPI     0x83f

#define SOFTWARE_ENABLE     0x1ff
#define SOME_VECTOR         70

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
    check(read(X2APIC_VERSION) & 0xff, "there is a version");
    write(X2APIC_TPR, 0x20);
    check_equal(read(X2APIC_TPR), 0x20, "the task priority is kept");
    write(X2APIC_TPR, 0);
    write(X2APIC_EOI, 0);
    check_gp(X2APIC_ID, 1, "writing the ID");
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
    check_equal(read(X2APIC_IRR_64), 1 << (SOME_VECTOR - 64),
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
