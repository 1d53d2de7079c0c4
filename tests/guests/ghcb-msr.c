/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "ghcb_msr": what the hypervisor answers to VMGEXIT with something
 * else than a GHCB in the MSR (56421, section 2.3.1).  What is no request, KVM
 * leaves as it is.  "version=" is the greatest protocol version.
 */
#include "ghcb.h"
#include "msr.h"
#include "run.h"
#include "segments.h"
#include "suite.h"
#include "x86.h"

static void check_sev_information(void)
{
    uint64_t answer = ghcb_msr(GHCB_MSR_SEV_INFO_REQ);

    check_equal(answer & GHCB_MSR_INFO_MASK, GHCB_MSR_SEV_INFO_RESP,
                "SEV information is answered as such");
    check_equal(answer >> GHCB_MSR_SEV_INFO_MAX_SHIFT,
                config_number("version", 2),
                "it tells the greatest version of the protocol");
    check_equal(answer >> GHCB_MSR_SEV_INFO_MIN_SHIFT & 0xffff, 1,
                "it tells the least version of the protocol");
    check_equal(answer >> GHCB_MSR_SEV_INFO_CBIT_SHIFT & 0xff,
                config_number("cbitpos", 0), "it tells the C-bit's position");
    check_equal(answer & 0xfff000, 0, "its reserved bits are zero");
    check_equal(ghcb_msr(GHCB_MSR_SEV_INFO_REQ | 0xabcdef000), answer,
                "other bits of the request do not matter");
}

static uint64_t cpuid_request(uint32_t leaf, unsigned reg)
{
    return (uint64_t)leaf << GHCB_MSR_CPUID_VALUE_SHIFT |
           (uint64_t)reg << GHCB_MSR_CPUID_REG_SHIFT | GHCB_MSR_CPUID_REQ;
}

static void check_cpuid(uint32_t leaf)
{
    static const char * const names[] = { "EAX", "EBX", "ECX", "EDX" };
    uint32_t r[4];

    cpuid(leaf, 0, r);
    for (unsigned i = 0; i < 4; i++) {
        check_equal(ghcb_msr(cpuid_request(leaf, i)),
                    (uint64_t)r[i] << GHCB_MSR_CPUID_VALUE_SHIFT |
                    (uint64_t)i << GHCB_MSR_CPUID_REG_SHIFT |
                    GHCB_MSR_CPUID_RESP,
                    "CPUID %x by MSR gives %s", (uint64_t)leaf, names[i]);
    }
}

static void check_cpuid_values(void)
{
    uint32_t c_bits = ghcb_msr(cpuid_request(0x8000001f, 1)) >> 32;
    uint32_t features = ghcb_msr(cpuid_request(0x8000001f, 0)) >> 32;

    check_equal(c_bits & 0x3f, config_number("cbitpos", 0),
                "CPUID by MSR tells the C-bit's position");
    check_equal(features & 0xa, 0xa, "CPUID by MSR tells SEV and SEV-ES");
}

static void check_unchanged(uint64_t value, const char *what)
{
    check_equal(ghcb_msr(value), value, "%s %x stays as it is", what, value);
}

static void check_no_requests(void)
{
    static const uint64_t codes[] = {
        0x003, 0x008, 0x00f, 0x018, 0x020, 0x07f, 0x082, 0x0ff, 0x101, 0xfff,
        /* answers are no requests */
        0x001, 0x005, 0x007, 0x011, 0x013, 0x015, 0x017, 0x081,
    };

    for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        check_unchanged(codes[i], "the request");
        check_unchanged(codes[i] | 0x0123456789abc000, "the request");
    }
}

/* Without a GHCB to be read there is nowhere to answer. */
static void check_no_ghcb(void)
{
    static const uint64_t values[] = {
        0, 0xf0000000, 0xfee00000, 0x8000000000, 0x000ffffffffff000,
        0xfffffffffffff000, 0x8000000000000000,
    };

    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        check_unchanged(values[i], "the address");
    }
    check_unchanged(config_c_bit() | SHARED_AREA, "the address");
}

/* VMGEXIT is VMMCALL with either of the two prefixes. */
static void check_prefixes(void)
{
    static const uint8_t bytes[] = { 0xf2, 0x0f, 0x01, 0xd9 };
    struct gprs gprs = { .ax = 1, .bx = 2, .cx = 3, .dx = 4, .si = 5,
                         .di = 6 };
    struct fault f;

    wrmsr(MSR_GHCB, GHCB_MSR_SEV_INFO_REQ);
    f = run_see(bytes, sizeof(bytes), &gprs);
    check_equal(f.vector, NO_FAULT, "VMGEXIT with F2 is VMGEXIT");
    check_equal(rdmsr(MSR_GHCB) & GHCB_MSR_INFO_MASK, GHCB_MSR_SEV_INFO_RESP,
                "it is answered");
    check(gprs.ax == 1 && gprs.bx == 2 && gprs.cx == 3 && gprs.dx == 4 &&
          gprs.si == 5 && gprs.di == 6, "it changes no register");
}

SUITE(ghcb_msr)
{
    check_prefixes();
    check_sev_information();
    check_cpuid(0);
    check_cpuid(1);
    check_cpuid(7);
    check_cpuid(0x80000000);
    check_cpuid(0x8000001f);
    check_cpuid(0x7fffffff);
    check_cpuid(0xffffffff);
    check_cpuid_values();
    /* As KVM answers every guest: SEV-SNP, AP creation */
    check_equal(ghcb_msr(GHCB_MSR_HV_FEATURES_REQ),
                GHCB_HV_FEATURES << GHCB_MSR_DATA_SHIFT |
                GHCB_MSR_HV_FEATURES_RESP,
                "hypervisor features are told by MSR");
    check_no_requests();
    check_no_ghcb();
}
