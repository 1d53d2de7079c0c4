/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small SVSM: its boot, in order.  README.md says what it is. */
#include "abi/igvm.h"
#include "calls.h"
#include "exception.h"
#include "launch.h"
#include "memory.h"
#include "msr.h"
#include "snp.h"
#include "tap.h"
#include "x86.h"

#define CPUID_APIC_ID       1
#define APIC_ID_SHIFT       24          /* in EBX */
#define LEAST_FEATURES      (GHCB_HV_FEATURE_SNP |              \
                             GHCB_HV_FEATURE_AP_CREATION |      \
                             GHCB_HV_FEATURE_MULTI_VMPL)

/* GHCBs and messages are the host's to read: those pages only. */
static void share_pages(void)
{
    for (unsigned i = 0; i < SVSM_SHARED_PAGES; i++) {
        if (psc_msr(SHARED_AREA + i * PAGE_SIZE, GHCB_PSC_OP_SHARED)) {
            ghcb_terminate();
        }
    }
}

static void check_host(void)
{
    uint64_t answer = ghcb_msr(GHCB_MSR_HV_FEATURES_REQ);
    uint64_t features = answer >> GHCB_MSR_DATA_SHIFT;

    if ((answer & GHCB_MSR_INFO_MASK) != GHCB_MSR_HV_FEATURES_RESP) {
        bail_out("the host tells no features: %x", answer);
    }
    say("the host's features: %x", features);
    if ((features & LEAST_FEATURES) != LEAST_FEATURES) {
        say("it should have %x", (uint64_t)LEAST_FEATURES);
    }
}

/* The boot CPU of all tables, whatever order they are in */
static uint32_t boot_apic_id(void)
{
    uint32_t r[4];

    cpuid(CPUID_APIC_ID, 0, r);
    return r[1] >> APIC_ID_SHIFT;
}

void svsm_main(void)
{
    exception_init();
    cpuid_init();
    ghcb_init();
    share_pages();
    say("at VMPL %u, SEV_STATUS %x", SVSM_VMPL, rdmsr(MSR_SEV_STATUS));
    check_host();
    memory_init((const IgvmMemoryMapEntry *)SVSM_MAP_PAGE,
                le64_get(LAUNCH->firmware), le64_get(LAUNCH->firmware_size));
    vcpu_init((const uint8_t *)SVSM_MADT_PAGE, PAGE_SIZE, boot_apic_id());
    attest_init();
    ap_start_all();
    say("%u CPUs", vcpu_count);
    firmware_prepare();
    say("the guest starts at VMPL %u", GUEST_VMPL);
    run_guest(0);
}
