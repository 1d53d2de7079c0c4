/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_ghcb": what GHCBs of an SEV-SNP guest have beyond those of
 * SEV-ES: registration, hypervisor features, APIC IDs, guest requests.
 * "cpus=" says how many there are.
 */
#include "msr.h"
#include "paging.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

static Ghcb *begin(uint64_t code, uint64_t info_1, uint64_t info_2)
{
    return ghcb_begin(0, code, info_1, info_2);
}

static void check_malformed(Ghcb *ghcb, unsigned reason, const char *what)
{
    ghcb_call(ghcb);
    check(GHCB_GET(ghcb, sw_exit_info_1) == GHCB_RESP_MALFORMED_INPUT &&
          GHCB_GET(ghcb, sw_exit_info_2) == reason,
          "%s: malformed input %u (got %x, %x)", what, reason,
          GHCB_GET(ghcb, sw_exit_info_1), GHCB_GET(ghcb, sw_exit_info_2));
}

/* A copy of a good request at another page */
static void check_registration(void)
{
    Ghcb *other = (Ghcb *)shared_alloc(PAGE_SIZE);
    Ghcb *ghcb = begin(GHCB_EXIT_HV_FEATURES, 0, 0);

    check_equal(ghcb_call(ghcb), 0, "a registered GHCB is taken");
    ghcb = begin(GHCB_EXIT_HV_FEATURES, 0, 0);
    memcpy(other, ghcb, sizeof(*other));
    ghcb_msr((uintptr_t)other);
    check_equal(GHCB_GET(other, sw_exit_info_1), GHCB_RESP_MALFORMED_INPUT,
                "a GHCB that is not registered is refused");
    check_equal(GHCB_GET(other, sw_exit_info_2), GHCB_ERR_NOT_REGISTERED,
                "for that reason");
    memcpy(other, ghcb, sizeof(*other));
    check_equal(ghcb_call(other), 0, "it is taken when it is registered");
    check_equal(GHCB_GET(other, sw_exit_info_2), GHCB_HV_FEATURES,
                "and answered");
    ghcb_msr((uintptr_t)ghcb);
    check_equal(GHCB_GET(ghcb, sw_exit_info_2), GHCB_ERR_NOT_REGISTERED,
                "the one before is not registered any more");
    check_equal(ghcb_msr(GHCB_MSR_PREF_GPA_REQ),
                GHCB_MSR_GPA_NONE << GHCB_MSR_DATA_SHIFT |
                GHCB_MSR_PREF_GPA_RESP,
                "the hypervisor prefers no place for it");
}

/* The hypervisor has nothing of a private page; KVM lets the guest go on. */
static void check_private(void)
{
    Ghcb *ghcb = begin(GHCB_EXIT_HV_FEATURES, 0, 0);
    Ghcb *hidden = (Ghcb *)fresh_alloc(SIZE_4K);
    uint64_t info_2;

    snp_accept((uintptr_t)hidden, SIZE_4K);
    memcpy(hidden, ghcb, sizeof(*hidden));
    hidden->save.sw_exit_info_2 = le64_of(0x77);
    check_equal(ghcb_call(hidden), 0, "a GHCB in a private page is not read");
    check_equal(GHCB_GET(hidden, sw_exit_info_2), 0x77, "nor written to");
    ghcb = psc_begin(0, 0);
    GHCB_SET(ghcb, sw_scratch, (uintptr_t)hidden);
    *(uint64_t *)hidden = 0;
    check_equal(ghcb_call(ghcb), GHCB_RESP_MALFORMED_INPUT,
                "a scratch area in a private page is refused");
    info_2 = GHCB_GET(ghcb, sw_exit_info_2);
    check_equal(info_2, GHCB_ERR_INVALID_SCRATCH_AREA, "for that reason");
}

static void check_features(void)
{
    Ghcb *ghcb = begin(GHCB_EXIT_HV_FEATURES, 0, 0);

    check_equal(ghcb_msr(GHCB_MSR_HV_FEATURES_REQ),
                GHCB_HV_FEATURES << GHCB_MSR_DATA_SHIFT |
                GHCB_MSR_HV_FEATURES_RESP,
                "features by MSR: all that this hypervisor has");
    ghcb_call(ghcb);
    check_equal(GHCB_GET(ghcb, sw_exit_info_2), GHCB_HV_FEATURES,
                "the same by GHCB");
}

/* 56421 section 4.1: RAX has the number of pages, SW_EXITINFO1 their GPA */
static void check_apic_ids(void)
{
    uint32_t *list = (uint32_t *)shared_alloc(PAGE_SIZE);
    unsigned cpus = config_number("cpus", 1), seen = 0;
    Ghcb *ghcb = begin(GHCB_EXIT_GET_APIC_IDS, (uintptr_t)list, 0);

    GHCB_SET(ghcb, rax, 0);
    ghcb_call(ghcb);
    check_equal(GHCB_GET(ghcb, rax), 1, "the APIC IDs need one page");
    ghcb = begin(GHCB_EXIT_GET_APIC_IDS, (uintptr_t)list, 0);
    GHCB_SET(ghcb, rax, 1);
    check_equal(ghcb_call(ghcb), 0, "the APIC IDs are told");
    check_equal(list[0], cpus, "how many there are");
    for (unsigned i = 1; i <= cpus; i++) {
        seen |= 1u << (list[i] & 31);
    }
    check_equal(seen, (1u << cpus) - 1, "each has its own");
    ghcb = begin(GHCB_EXIT_GET_APIC_IDS, (uintptr_t)list + 8, 0);
    GHCB_SET(ghcb, rax, 1);
    check_malformed(ghcb, GHCB_ERR_INVALID_INPUT,
                    "a list of APIC IDs that is not aligned");
    check_malformed(begin(GHCB_EXIT_GET_APIC_IDS, (uintptr_t)list, 0),
                    GHCB_ERR_MISSING_INPUT, "APIC IDs without RAX");
}

static void check_guest_request(void)
{
    uintptr_t request = shared_alloc(PAGE_SIZE);
    uintptr_t answer = shared_alloc(PAGE_SIZE);
    Ghcb *ghcb;

    check_malformed(begin(GHCB_EXIT_GUEST_REQUEST, request + 8, answer),
                    GHCB_ERR_MISSING_INPUT,
                    "a guest request at an address that is not aligned");
    check_malformed(begin(GHCB_EXIT_GUEST_REQUEST, request, answer + 8),
                    GHCB_ERR_MISSING_INPUT,
                    "its answer at an address that is not aligned");
    check_malformed(begin(GHCB_EXIT_GUEST_REQUEST, request, request),
                    GHCB_ERR_MISSING_INPUT, "request and answer in one page");
    ghcb = begin(GHCB_EXIT_GUEST_REQUEST, request, answer);
    check_equal(ghcb_call(ghcb), 0, "a guest request is answered");
    check(GHCB_GET(ghcb, sw_exit_info_2),
          "an empty one with an error (%x)",
          GHCB_GET(ghcb, sw_exit_info_2));
}

SUITE(snp_ghcb)
{
    check_registration();
    check_private();
    check_features();
    check_apic_ids();
    check_guest_request();
}
