/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "ghcb_scratch": where the scratch area of string I/O and MMIO may be:
 * in the GHCB's shared buffer, or in shared memory outside (56421, section
 * 2.6; KVM's limit is 64 KiB).
 */
#include "ghcb.h"
#include "paging.h"
#include "suite.h"
#include "x86.h"

#define PORT_FREE       0x80
#define HPET_ID         0xfed00000
#define BUFFER          offsetof(Ghcb, shared_buffer)
#define BUFFER_END      offsetof(Ghcb, reserved_0xff0)
#define SCRATCH_MAX     0x10000

static uint64_t call(uint64_t scratch, uint64_t count)
{
    Ghcb *ghcb = ghcb_begin(0, VC_EXIT_IOIO,
                            PORT_FREE << GHCB_IOIO_PORT_SHIFT |
                            1 << GHCB_IOIO_SIZE_SHIFT |
                            GHCB_IOIO_STRING | GHCB_IOIO_REP, count);

    GHCB_SET(ghcb, sw_scratch, scratch);
    return ghcb_call(ghcb) ? ghcb->save.sw_exit_info_2 : 0;
}

static void check_scratch(uint64_t scratch, uint64_t count, uint64_t want,
                          const char *what)
{
    check_equal(call(scratch, count), want,
                "a scratch area %s, %u bytes, is %s", what, (unsigned)count,
                want ? "refused" : "accepted");
}

static void check_in_ghcb(void)
{
    uintptr_t page = (uintptr_t)ghcb_begin(0, 0, 0, 0);

    check_scratch(page + BUFFER, 1, 0, "at the shared buffer's start");
    check_scratch(page + BUFFER, sizeof(((Ghcb *)0)->shared_buffer), 0,
                  "of all of the shared buffer");
    check_scratch(page + BUFFER_END - 1, 1, 0, "at the shared buffer's end");
    check_scratch(page + BUFFER_END - 1, 2, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "over the shared buffer's end");
    check_scratch(page + BUFFER, 2033, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "longer than the shared buffer");
    check_scratch(page + BUFFER - 1, 1, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "before the shared buffer");
    check_scratch(page, 1, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "at the GHCB's start");
    check_scratch(page + PAGE_SIZE - 1, 1, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "at the GHCB's end");
}

static void check_outside(void)
{
    uintptr_t area = shared_alloc(SCRATCH_MAX + PAGE_SIZE);

    check_scratch(area, 1, 0, "in shared memory");
    check_scratch(area + PAGE_SIZE - 1, 2, 0, "over a page's end");
    check_scratch(area + 1, SCRATCH_MAX, 0, "as long as it may be");
    check_scratch(area, SCRATCH_MAX + 1, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "longer than it may be");
    check_scratch(0, 1, GHCB_ERR_INVALID_SCRATCH_AREA, "without an address");
    check_scratch(0xf0000000, 1, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "where no memory is");
    check_scratch(0xfee00000, 4, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "in a device");
    check_scratch(0x04000000 - 1, 2, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "over the end of memory");
    check_scratch(~0ull, 2, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "that wraps around");
    check_scratch(~0ull, 1, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "at the last address");
    check_scratch(1ull << 63, 1, GHCB_ERR_INVALID_SCRATCH_AREA,
                  "far outside of memory");
}

static void check_mmio(void)
{
    uintptr_t area = shared_alloc(2 * PAGE_SIZE) + PAGE_SIZE - 2;
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_MMIO_READ, HPET_ID, 4);

    GHCB_SET(ghcb, sw_scratch, area);
    check_equal(ghcb_call(ghcb), 0, "MMIO is read to shared memory");
    check_equal(read32(area) >> 16, 0x8086, "there it is");
    ghcb = ghcb_begin(0, GHCB_EXIT_MMIO_READ, HPET_ID, 0);
    ghcb_use_buffer(ghcb);
    ghcb_call(ghcb);
    check(ghcb->save.sw_exit_info_1 == GHCB_RESP_MALFORMED_INPUT,
          "MMIO of no length is malformed input");
    ghcb = ghcb_begin(0, GHCB_EXIT_MMIO_READ, HPET_ID, 0x100000000);
    ghcb_use_buffer(ghcb);
    ghcb_call(ghcb);
    check(ghcb->save.sw_exit_info_1 == GHCB_RESP_MALFORMED_INPUT,
          "MMIO of 4 GiB is malformed input");
}

static void check_counts(void)
{
    static const uint64_t counts[] = {
        0x80000000, 0xffffffff, 0x100000000, 0x8000000000000000, ~0ull,
    };
    uintptr_t page = (uintptr_t)ghcb_begin(0, 0, 0, 0);

    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        check(call(page + BUFFER, counts[i]),
              "a string of %x is refused", counts[i]);
    }
}

SUITE(ghcb_scratch)
{
    check_in_ghcb();
    check_outside();
    check_mmio();
    check_counts();
}
