/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "ghcb_values": what requests by a GHCB give and do, beyond that they
 * are answered, and exceptions that the hypervisor asks for.
 */
#include "ghcb.h"
#include "msr.h"
#include "suite.h"
#include "text.h"
#include "x86.h"

#define LAPIC_ID        0xfee00020
#define LAPIC_TPR       0xfee00080
#define HPET_ID         0xfed00000
#define RTC_INDEX       0x70
#define RTC_DATA        0x71
#define RTC_FREE        0x7d
#define KVM_ENOSYS      1000
#define KVM_EPERM       1

static Ghcb *begin(uint64_t code, uint64_t info_1, uint64_t info_2)
{
    return ghcb_begin(0, code, info_1, info_2);
}

static void check_cpuid(void)
{
    Ghcb *ghcb = begin(VC_EXIT_CPUID, 0, 0);

    GHCB_SET(ghcb, rax, 0x8000001f);
    GHCB_SET(ghcb, rcx, 0);
    check_equal(ghcb_call(ghcb), 0, "CPUID is done");
    check_equal(GHCB_GET(ghcb, rax) & 0xa, 0xa, "CPUID tells SEV and SEV-ES");
    check_equal(GHCB_GET(ghcb, rbx) & 0x3f, config_number("cbitpos", 0),
                "CPUID tells the C-bit's position");
    check(GHCB_HAS(ghcb, rax) && GHCB_HAS(ghcb, rbx) &&
          GHCB_HAS(ghcb, rcx) && GHCB_HAS(ghcb, rdx),
          "all four registers of CPUID are marked as valid");
}

static void check_ports(void)
{
    for (unsigned i = 0; i < 2; i++) {
        uint8_t value = 0x5a + i;
        Ghcb *ghcb;

        ghcb = begin(VC_EXIT_IOIO, RTC_INDEX << GHCB_IOIO_PORT_SHIFT |
                     1 << GHCB_IOIO_SIZE_SHIFT, 0);
        GHCB_SET(ghcb, rax, RTC_FREE);
        ghcb_call(ghcb);
        ghcb = begin(VC_EXIT_IOIO, RTC_DATA << GHCB_IOIO_PORT_SHIFT |
                     1 << GHCB_IOIO_SIZE_SHIFT, 0);
        GHCB_SET(ghcb, rax, value);
        ghcb_call(ghcb);
        ghcb = begin(VC_EXIT_IOIO, RTC_DATA << GHCB_IOIO_PORT_SHIFT |
                     1 << GHCB_IOIO_SIZE_SHIFT | GHCB_IOIO_IN, 0);
        ghcb_call(ghcb);
        check_equal(GHCB_GET(ghcb, rax) & 0xff, value,
                    "what OUT wrote is read back by IN");
    }
}

static void check_port_widths(void)
{
    static const unsigned bad[] = { 3, 5, 6, 7 };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        Ghcb *ghcb = begin(VC_EXIT_IOIO, 0x80 << GHCB_IOIO_PORT_SHIFT |
                           bad[i] << GHCB_IOIO_SIZE_SHIFT | GHCB_IOIO_IN, 0);

        ghcb_call(ghcb);
        check(GHCB_GET(ghcb, sw_exit_info_1) == GHCB_RESP_MALFORMED_INPUT &&
              GHCB_GET(ghcb, sw_exit_info_2) == GHCB_ERR_INVALID_INPUT,
              "a port access with width bits %u is invalid input", bad[i]);
    }
}

static void check_msr(void)
{
    Ghcb *ghcb = begin(VC_EXIT_MSR, 0, 0);

    GHCB_SET(ghcb, rcx, MSR_APIC_BASE);
    ghcb_call(ghcb);
    check_equal(GHCB_GET(ghcb, rax) & 0xfffff000, 0xfee00000,
                "RDMSR gives the APIC's base");
    check_equal(GHCB_GET(ghcb, rdx), 0, "RDMSR gives its upper half");
    check(GHCB_HAS(ghcb, rax) && GHCB_HAS(ghcb, rdx),
          "RAX and RDX are marked as valid");

    ghcb = begin(VC_EXIT_MSR, 1, 0);
    GHCB_SET(ghcb, rcx, MSR_APIC_BASE);
    GHCB_SET(ghcb, rax, 0xffffffff);
    GHCB_SET(ghcb, rdx, 0xffffffff);
    check_equal(ghcb_call(ghcb), GHCB_RESP_ISSUE_EXCEPTION,
                "WRMSR of reserved bits is answered by an exception");
    check_equal(GHCB_GET(ghcb, sw_exit_info_2),
                GHCB_EVENT_VALID | GHCB_EVENT_ERROR_VALID |
                GHCB_EVENT_TYPE_EXCEPTION | VECTOR_GP,
                "the exception is #GP(0)");
    ghcb = begin(VC_EXIT_MSR, 2, 0);
    GHCB_SET(ghcb, rcx, MSR_APIC_BASE);
    GHCB_SET(ghcb, rax, 0);
    GHCB_SET(ghcb, rdx, 0);
    ghcb_call(ghcb);
    check(GHCB_GET(ghcb, sw_exit_info_1) == GHCB_RESP_MALFORMED_INPUT &&
          GHCB_GET(ghcb, sw_exit_info_2) == GHCB_ERR_INVALID_INPUT,
          "an MSR access that neither reads nor writes is invalid input");
}

/* The CPU has these for itself: no request can change them. */
static void check_own_msr(uint32_t index, const char *name)
{
    uint64_t before = rdmsr(index);
    Ghcb *ghcb = begin(VC_EXIT_MSR, 1, 0);

    GHCB_SET(ghcb, rcx, index);
    GHCB_SET(ghcb, rax, (uint32_t)~before);
    GHCB_SET(ghcb, rdx, 0);
    ghcb_call(ghcb);
    check_equal(rdmsr(index), before, "%s does not change by a request", name);
}

static void check_calls(void)
{
    for (unsigned cpl = 0; cpl < 4; cpl += 3) {
        Ghcb *ghcb = begin(VC_EXIT_VMMCALL, 0, 0);
        int64_t want = cpl ? -KVM_EPERM : -KVM_ENOSYS;

        GHCB_SET(ghcb, rax, 0x1234);
        ghcb_set_cpl(ghcb, cpl);
        ghcb_call(ghcb);
        check_equal(GHCB_GET(ghcb, rax), want,
                    "KVM's answer to an unknown hypercall from CPL %u", cpl);
    }
}

static void check_dr7(void)
{
    Ghcb *ghcb = begin(VC_EXIT_DR7_WRITE, 0, 0);

    GHCB_SET(ghcb, rax, 0x401);
    check_equal(ghcb_call(ghcb), 0, "DR7 is written");
    ghcb = begin(VC_EXIT_DR7_READ, 0, 0);
    ghcb_call(ghcb);
    check_equal(GHCB_GET(ghcb, rax), 0x401, "DR7 is read back");
    ghcb = begin(VC_EXIT_DR7_WRITE, 0, 0);
    GHCB_SET(ghcb, rax, 0x400);
    ghcb_call(ghcb);
}

static uint64_t mmio(uint64_t code, uint64_t gpa, uint64_t value,
                     unsigned size)
{
    Ghcb *ghcb = begin(code, gpa, size);

    ghcb_use_buffer(ghcb);
    memcpy(ghcb->shared_buffer, &value, sizeof(value));
    if (ghcb_call(ghcb)) {
        return ~0ull;
    }
    memcpy(&value, ghcb->shared_buffer, sizeof(value));
    return value;
}

static void check_mmio(void)
{
    uint64_t before = 0x1122334455667788;
    uint64_t id = mmio(GHCB_EXIT_MMIO_READ, HPET_ID, before, 4);

    check_equal(id >> 16 & 0xffff, 0x8086, "4 bytes are read of the HPET");
    check_equal(id >> 32, before >> 32, "and no more are written");
    check_equal(mmio(GHCB_EXIT_MMIO_READ, HPET_ID, 0, 8) & 0xffffffff,
                (uint32_t)id, "8 bytes are read of the HPET");
    check_equal(mmio(GHCB_EXIT_MMIO_READ, LAPIC_ID, before, 4) & 0xffffffff,
                0, "4 bytes are read of the APIC's ID");
    mmio(GHCB_EXIT_MMIO_WRITE, LAPIC_TPR, 0x30, 4);
    check_equal(mmio(GHCB_EXIT_MMIO_READ, LAPIC_TPR, 0, 4), 0x30,
                "the APIC's task priority is written and read back");
    mmio(GHCB_EXIT_MMIO_WRITE, LAPIC_TPR, 0, 4);
}

static void check_jump_table(void)
{
    Ghcb *ghcb = begin(GHCB_EXIT_AP_JUMP_TABLE, GHCB_AP_JUMP_TABLE_SET,
                       0x9000);

    check_equal(ghcb_call(ghcb), 0, "the AP jump table is set");
    ghcb = begin(GHCB_EXIT_AP_JUMP_TABLE, GHCB_AP_JUMP_TABLE_GET, 0);
    check_equal(ghcb_call(ghcb), 0, "the AP jump table is got");
    check_equal(GHCB_GET(ghcb, sw_exit_info_2), 0x9000,
                "the AP jump table is the one that was set");
    ghcb = begin(GHCB_EXIT_AP_JUMP_TABLE, 2, 0);
    ghcb_call(ghcb);
    check(GHCB_GET(ghcb, sw_exit_info_1) == GHCB_RESP_MALFORMED_INPUT &&
          GHCB_GET(ghcb, sw_exit_info_2) == GHCB_ERR_INVALID_INPUT,
          "neither set nor get is invalid input");
}

static void check_features(void)
{
    Ghcb *ghcb = begin(GHCB_EXIT_HV_FEATURES, 0, 0);

    check_equal(ghcb_call(ghcb), 0, "hypervisor features are told");
    /* As by MSR, and as KVM: whatever this guest is */
    check_equal(GHCB_GET(ghcb, sw_exit_info_2),
                GHCB_HV_FEATURES, "they are all that this hypervisor has");
}

SUITE(ghcb_values)
{
    check_cpuid();
    check_ports();
    check_port_widths();
    check_msr();
    check_own_msr(MSR_EFER, "EFER");
    check_own_msr(0xc0000102, "KERNEL_GS_BASE");
    check_own_msr(0xc0000082, "LSTAR");
    check_own_msr(0x00000277, "PAT");
    check_calls();
    check_dr7();
    check_mmio();
    check_jump_table();
    check_features();
}
