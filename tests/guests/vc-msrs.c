/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "vc_msrs": the MSRs that KVM gives to an SEV-ES guest, which are read
 * and written without #VC, and some of the many that raise it.
 */
#include "msr.h"
#include "probe.h"
#include "suite.h"
#include "vc.h"

static const struct {
    const char *name;
    uint32_t index;
} direct[] = {
    { "SYSENTER_CS", 0x174 },
    { "SYSENTER_ESP", 0x175 },
    { "SYSENTER_EIP", 0x176 },
    { "PAT", 0x277 },
    { "EFER", MSR_EFER },
    { "STAR", 0xc0000081 },
    { "LSTAR", 0xc0000082 },
    { "CSTAR", 0xc0000083 },
    { "SFMASK", 0xc0000084 },
    { "FS_BASE", 0xc0000100 },
    { "GS_BASE", 0xc0000101 },
    { "KERNEL_GS_BASE", 0xc0000102 },
    { "the GHCB's MSR", MSR_GHCB },
};

static const uint32_t intercepted[] = {
    0x00000000, 0x00000010, MSR_APIC_BASE, 0x0000008b, 0x000000fe, 0x000001a0,
    0x00000200, 0x000002ff, 0x00000800, 0x4b564d01, 0xc0010010, 0xc0010015,
    0xc001001f, 0xc0011029,
};

static void check_direct(const char *name, uint32_t index)
{
    uint64_t value = 0;
    struct fault f = catch_vc(probe_rdmsr, index, (uintptr_t)&value);

    check(f.vector == NO_FAULT, "%s is read without #VC", name);
    f = catch_vc(probe_wrmsr, index, (uintptr_t)&value);
    check(f.vector == NO_FAULT, "%s is written without #VC", name);
}

static void check_intercepted(uint32_t index)
{
    uint64_t value = 0;

    check_fault(catch_vc(probe_rdmsr, index, (uintptr_t)&value),
                (struct fault) {
        .vector = VECTOR_VC, .error = VC_EXIT_MSR,
        .ip = (uintptr_t)probe_rdmsr_ip,
    }, "RDMSR %x raises #VC", (uint64_t)index);
    check_fault(catch_vc(probe_wrmsr, index, (uintptr_t)&value),
                (struct fault) {
        .vector = VECTOR_VC, .error = VC_EXIT_MSR,
        .ip = (uintptr_t)probe_wrmsr_ip,
    }, "WRMSR %x raises #VC", (uint64_t)index);
}

static void check_sev_status(void)
{
    uint64_t value = 0;
    struct fault f = catch_vc(probe_rdmsr, MSR_SEV_STATUS, (uintptr_t)&value);

    check(f.vector == NO_FAULT, "SEV_STATUS is read without #VC");
    check_equal(value, config_sev_status(), "SEV_STATUS has its value");
}

/* As the handler does it: what the hypervisor refuses is #GP. */
static void check_refused(void)
{
    uint64_t value = 1ull << 63;

    check_fault(catch_fault(probe_wrmsr, MSR_APIC_BASE, (uintptr_t)&value),
                (struct fault) {
        .vector = VECTOR_GP, .ip = (uintptr_t)probe_wrmsr_ip,
    }, "WRMSR of reserved bits of the APIC's base is #GP in the end");
}

SUITE(vc_msrs)
{
    for (unsigned i = 0; i < sizeof(direct) / sizeof(direct[0]); i++) {
        check_direct(direct[i].name, direct[i].index);
    }
    for (unsigned i = 0; i < sizeof(intercepted) / sizeof(intercepted[0]);
         i++) {
        check_intercepted(intercepted[i]);
    }
    check_sev_status();
    check_refused();
}
