/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the scratch area of strings and MMIO may be (ghcb_scratch_ok() of
 * hypervisor/ghcb/ghcb-io.c). 56421 section 2.6; 64 KiB are KVM's limit, and
 * with version 2 it takes an area in the GHCB alone, since Linux 7.1.
 */

#include "ghcb-fixture.h"

#include <string.h>

enum { IN = 1, STRING = 4, REP = 8, W8 = 0x10 };

#define PORT(port, flags) ((uint64_t)(port) << 16 | (flags))
#define MAX_SCRATCH 0x10000

/* 0: accepted; otherwise the reason */
static const struct {
    const char *name;
    uint64_t at;
    uint64_t bytes;
    unsigned reason;            /* where the area may be outside */
} scratches[] = {
    { "no address", 0, 1, BAD_SCRATCH },
    { "the GHCB's first byte", GHCB_AT, 1, BAD_SCRATCH },
    { "the GHCB's answer", GHCB_AT + INFO_1, 8, BAD_SCRATCH },
    { "the byte before the shared buffer", GHCB_AT + BUFFER - 1, 1,
      BAD_SCRATCH },
    { "the shared buffer and the byte before", GHCB_AT + BUFFER - 1, 2,
      BAD_SCRATCH },
    { "all of the shared buffer", GHCB_AT + BUFFER, 2032, 0 },
    { "one more than the shared buffer", GHCB_AT + BUFFER, 2033,
      BAD_SCRATCH },
    { "the shared buffer's last byte", GHCB_AT + BUFFER_END - 1, 1, 0 },
    { "over the shared buffer's end", GHCB_AT + BUFFER_END - 1, 2,
      BAD_SCRATCH },
    { "the byte behind the shared buffer", GHCB_AT + BUFFER_END, 1,
      BAD_SCRATCH },
    { "the GHCB's version", GHCB_AT + VERSION, 2, BAD_SCRATCH },
    { "the GHCB's last byte", GHCB_AT + PAGE - 1, 1, BAD_SCRATCH },
    { "the byte behind the GHCB", GHCB_AT + PAGE, 1, 0 },
    { "the page before the GHCB", GHCB_AT - PAGE, PAGE, 0 },
    { "64 KiB", AREA, MAX_SCRATCH, 0 },
    { "64 KiB at an odd address", AREA + 1, MAX_SCRATCH, 0 },
    { "one more than 64 KiB", AREA, MAX_SCRATCH + 1, BAD_SCRATCH },
    { "two GiB", AREA, INT32_MAX, BAD_SCRATCH },
    { "outside of RAM", RAM - PAGE, 1, BAD_SCRATCH },
    { "up to the end of RAM", RAM + RAM_SIZE - 2, 2, 0 },
    { "over the end of RAM", RAM + RAM_SIZE - 1, 2, BAD_SCRATCH },
    { "over the start of RAM", RAM - 1, 2, BAD_SCRATCH },
    { "up to a hole in RAM", HOLE - 1, 1, 0 },
    { "into a hole in RAM", HOLE - 1, 2, BAD_SCRATCH },
    { "over a hole in RAM", HOLE - 1, PAGE + 2, BAD_SCRATCH },
    { "in a hole in RAM", HOLE + 8, 8, BAD_SCRATCH },
    { "behind a hole in RAM", HOLE + PAGE, 8, 0 },
    { "in a device", 0xfee00000, 4, BAD_SCRATCH },
    { "with the C-bit", AREA | 1ull << 51, 4, BAD_SCRATCH },
    { "at the last address", ~0ull, 1, BAD_SCRATCH },
    { "that wraps around", ~0ull, 2, BAD_SCRATCH },
    { "that wraps around by far", ~0ull - 7, 0x2000, BAD_SCRATCH },
};

static bool is_outside(uint64_t at)
{
    return at < GHCB_AT || at >= GHCB_AT + PAGE;
}

static void check_scratch(GhcbFake *f, uint64_t code, uint64_t info_1,
                          unsigned i, bool outside_is_bad)
{
    uint8_t *before = g_memdup2(f->ram, RAM_SIZE);
    unsigned reason = outside_is_bad && is_outside(scratches[i].at)
                      ? BAD_SCRATCH : scratches[i].reason;

    fake_begin(f, code, info_1, scratches[i].bytes);
    fake_set(f, SCRATCH, scratches[i].at);
    fake_vmgexit(f);
    fake_expect(f, reason ? MALFORMED : DONE, reason);
    if (reason) {
        g_assert_cmpuint(f->accesses, ==, 0);
        g_assert_nonnull(strstr(f->diagnosis->str, "scratch area"));
        g_assert_true((scratches[i].at + scratches[i].bytes <
                       scratches[i].at) ==
                      !!strstr(f->diagnosis->str, "wraps around"));
        /* Nothing beside the GHCB has changed. */
        memcpy(fake_at(f, GHCB_AT), before + (GHCB_AT - RAM), PAGE);
        g_assert_cmpmem(f->ram, RAM_SIZE, before, RAM_SIZE);
    }
    g_free(before);
}

static void check_scratches(GhcbFake *f, bool limits)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(scratches); i++) {
        g_test_message("%s", scratches[i].name);
        check_scratch(f, 0x7b, PORT(0x80, STRING | REP | W8), i, limits);
        check_scratch(f, 0x7b, PORT(0x80, STRING | REP | W8 | IN), i, limits);
        if (!limits || scratches[i].bytes <= 8) {
            check_scratch(f, 0x80000001, 0xfed00000, i, limits);
            check_scratch(f, 0x80000002, 0xfed00000, i, limits);
        }
    }
}

static void a_scratch_area_is_where_it_may_be(GhcbFake *f)
{
    check_scratches(f, true);
    g_assert_nonnull(strstr(f->diagnosis->str, "wraps around"));
}

/* It is the VM's version that counts: what is in the GHCB says 1 always. */
static void version_1_may_have_it_outside(GhcbFake *f)
{
    f->guest.version = 1;
    check_scratches(f, false);
    f->guest.version = 2;
    f->guest.legacy = true;
    check_scratches(f, false);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/ghcb/scratch/it-is-where-it-may-be",
             a_scratch_area_is_where_it_may_be);
    ADD_TEST("/ghcb/scratch/version-1-may-have-it-outside",
             version_1_may_have_it_outside);
    return g_test_run();
}
