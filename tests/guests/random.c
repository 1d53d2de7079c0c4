/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "random": "rounds=" random values in the GHCB's MSR and random GHCBs,
 * from "seed=".  Whatever the hypervisor answers, the guest goes on; what is
 * left out is what ends it, what makes it wait, and what would overwrite the
 * program or reset the machine as a right request.
 */
#include "ghcb.h"
#include "paging.h"
#include "random.h"
#include "suite.h"
#include "text.h"

#define PORT_FREE   0x80
#define AREA_SIZE   (4 * PAGE_SIZE)

static uintptr_t area;          /* shared memory to be written to */

static uint64_t any_address(void)
{
    switch (below(6)) {
    case 0:
        return 0;
    case 1:
        return area + below(AREA_SIZE);
    case 2:
        return (uintptr_t)ghcb_begin(0, 0, 0, 0) + below(PAGE_SIZE + 64);
    case 3:
        return 0xd0000000 + below(0x1000000);   /* nothing is there */
    case 4:
        return ~any_size();
    default:
        return any() | 1ull << 40;
    }
}

/* Waiting, termination, and what only SEV-SNP guests can ask for: the end */
static bool is_final_request(uint64_t value)
{
    switch (value & GHCB_MSR_INFO_MASK) {
    case GHCB_MSR_AP_RESET_HOLD_REQ:
    case GHCB_MSR_PREF_GPA_REQ:
    case GHCB_MSR_REG_GPA_REQ:
    case GHCB_MSR_PSC_REQ:
    case GHCB_MSR_VMPL_REQ:
    case GHCB_MSR_TERM_REQ:
        return true;
    default:
        return false;
    }
}

/* A GHCB that lies in RAM would be written to: it may be in the area. */
static uint64_t any_msr(void)
{
    uint64_t value = any_address() & ~GHCB_MSR_INFO_MASK;

    if (below(4)) {
        value |= below(2) ? below(0x20) : below(0x1000);
    }
    return is_final_request(value) ? 0 : value;
}

static uint64_t any_code(void)
{
    static const uint32_t codes[] = {
        VC_EXIT_DR7_READ, VC_EXIT_DR7_WRITE, VC_EXIT_RDTSC, VC_EXIT_RDPMC,
        VC_EXIT_CPUID, VC_EXIT_INVD, VC_EXIT_IOIO, VC_EXIT_MSR,
        VC_EXIT_VMMCALL, VC_EXIT_RDTSCP, VC_EXIT_WBINVD, VC_EXIT_MONITOR,
        VC_EXIT_MWAIT, GHCB_EXIT_MMIO_READ, GHCB_EXIT_MMIO_WRITE,
        GHCB_EXIT_NMI_COMPLETE, GHCB_EXIT_AP_JUMP_TABLE, GHCB_EXIT_PSC,
        GHCB_EXIT_GUEST_REQUEST, GHCB_EXIT_HV_FEATURES,
    };
    uint64_t code = any_size();

    if (below(8)) {
        return codes[below(sizeof(codes) / sizeof(codes[0]))];
    }
    switch (code) {
    case GHCB_EXIT_AP_RESET_HOLD:
    case GHCB_EXIT_TERM_REQUEST:
    case GHCB_EXIT_UNSUPPORTED_EVENT:
        return 0;
    default:
        return code;
    }
}

/* Reads of any port, and writes to one that does nothing */
static uint64_t any_port(void)
{
    uint64_t info = any();

    if (below(4)) {
        info &= 0xffffffff & ~(uint64_t)GHCB_IOIO_SIZE_MASK;
        info |= 1u << (GHCB_IOIO_SIZE_SHIFT + below(3));
    }
    if (!(info & GHCB_IOIO_IN)) {
        info &= ~(0xffffull << GHCB_IOIO_PORT_SHIFT);
        info |= PORT_FREE << GHCB_IOIO_PORT_SHIFT;
    }
    return info;
}

static void fill(Ghcb *ghcb)
{
    uint8_t *bytes = (uint8_t *)ghcb;
    uint64_t code = any_code();

    for (unsigned i = 0; i < sizeof(*ghcb); i++) {
        bytes[i] = below(2) ? any() : 0;
    }
    if (below(4)) {
        memset(ghcb->save.valid_bitmap, 0xff, 16);
    }
    ghcb->save.sw_exit_code = le64_of(code);
    ghcb->save.sw_exit_info_1 = le64_of(below(2) ? any_size() : below(4));
    ghcb->save.sw_exit_info_2 = le64_of(below(2) ? any_size() : below(5000));
    ghcb->save.sw_scratch = le64_of(any_address());
    if (code == VC_EXIT_IOIO) {
        ghcb->save.sw_exit_info_1 = le64_of(any_port());
    } else if (code == GHCB_EXIT_MMIO_READ ||
               code == GHCB_EXIT_MMIO_WRITE) {
        ghcb->save.sw_exit_info_1 = le64_of(any_address());
    } else if (code == VC_EXIT_MSR && GHCB_GET(ghcb, sw_exit_info_1)) {
        ghcb->save.rcx = le64_of(any() | 0x80000000);
    }
    ghcb->protocol_version = le16_of(below(8) ? 1 + below(2) : any_size());
    ghcb->ghcb_usage = le32_of(below(8) ? 0 : any_size());
}

static void one_round(void)
{
    if (below(4)) {
        Ghcb *ghcb = ghcb_begin(0, 0, 0, 0);

        fill(ghcb);
        ghcb_msr((uintptr_t)ghcb);
    } else {
        ghcb_msr(any_msr());
    }
}

SUITE(random)
{
    unsigned rounds = config_number("rounds", 1000);

    random_begin();
    area = shared_alloc(AREA_SIZE + 64);
    for (unsigned i = 0; i < rounds; i++) {
        one_round();
    }
    check(true, "%u random requests are survived", rounds);
    check_equal(ghcb_msr(GHCB_MSR_SEV_INFO_REQ) & GHCB_MSR_INFO_MASK,
                GHCB_MSR_SEV_INFO_RESP, "the hypervisor still answers");
}
