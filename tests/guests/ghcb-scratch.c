/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "ghcb_scratch": where the scratch area of string I/O and MMIO may be:
 * in the GHCB's shared buffer, with "outside=1" also in shared memory outside
 * (56421, section 2.6; KVM's limit is 64 KiB, and since Linux 7.1 it takes the
 * latter from guests with version 1 alone).
 */
#include "config.h"
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
    return ghcb_call(ghcb) ? GHCB_GET(ghcb, sw_exit_info_2) : 0;
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

static void check_outside(bool outside)
{
    uintptr_t area = shared_alloc(SCRATCH_MAX + PAGE_SIZE);
    unsigned want = outside ? 0 : GHCB_ERR_INVALID_SCRATCH_AREA;

    check_scratch(area, 1, want, "in shared memory");
    check_scratch(area + PAGE_SIZE - 1, 2, want, "over a page's end");
    check_scratch(area + 1, SCRATCH_MAX, want, "as long as it may be");
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

/* Nothing is to be done, so it is no matter where. */
static void check_nothing(void)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_MMIO_READ, HPET_ID, 0);

    GHCB_SET(ghcb, sw_scratch, ~0ull);
    check_equal(ghcb_call(ghcb), 0, "MMIO of no length is done");
    check_scratch(0xf0000000, 0, 0, "of no length");
    ghcb = ghcb_begin(0, VC_EXIT_IOIO, PORT_FREE << GHCB_IOIO_PORT_SHIFT |
                      GHCB_IOIO_STRING | GHCB_IOIO_REP, 9);
    GHCB_SET(ghcb, sw_scratch, ~0ull);
    check_equal(ghcb_call(ghcb), 0, "a string of no width is done");
}

static void check_mmio(bool outside)
{
    uintptr_t area = shared_alloc(2 * PAGE_SIZE) + PAGE_SIZE - 2;
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_MMIO_READ, HPET_ID, 4);

    GHCB_SET(ghcb, sw_scratch, area);
    check_equal(ghcb_call(ghcb), outside ? 0 : GHCB_RESP_MALFORMED_INPUT,
                "MMIO is%s read to shared memory", outside ? "" : " not");
    check_equal(read32(area) >> 16, outside ? 0x8086 : 0,
                "there it is%s", outside ? "" : " not");
    ghcb = ghcb_begin(0, GHCB_EXIT_MMIO_READ, HPET_ID, 9);
    ghcb_use_buffer(ghcb);
    check_equal(ghcb_call(ghcb), outside ? 0 : GHCB_RESP_MALFORMED_INPUT,
                "MMIO of 9 bytes is %s", outside ? "done" : "refused");
    check_equal(GHCB_GET(ghcb, sw_exit_info_2),
                outside ? 0 : GHCB_ERR_INVALID_INPUT, "for that reason");
    ghcb = ghcb_begin(0, GHCB_EXIT_MMIO_READ, HPET_ID, 0x100000000);
    ghcb_use_buffer(ghcb);
    ghcb_call(ghcb);
    check(GHCB_GET(ghcb, sw_exit_info_1) == GHCB_RESP_MALFORMED_INPUT,
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
    bool outside = config_number("outside", 0);

    check_in_ghcb();
    check_outside(outside);
    check_mmio(outside);
    check_nothing();
    check_counts();
}
