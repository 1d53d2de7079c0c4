/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exits that move data: ports, strings, MMIO. 56421 section 4.1.2;
 * SW_EXITINFO1 of IOIO is APM volume 2, 15.10.2. With version 2 MMIO has 8
 * bytes at most, and what has no length succeeds: as KVM has it since Linux
 * 7.1.
 */

#include "ghcb-fixture.h"

#include <string.h>

enum { IN = 1, STRING = 4, REP = 8, W8 = 0x10, W16 = 0x20, W32 = 0x40 };

#define PORT(port, flags) ((uint64_t)(port) << 16 | (flags))
#define MAX_SCRATCH 0x10000

static const struct {
    const char *name;
    uint64_t info_1;
    uint64_t rax, rax_out;
    const char *log;
} ports[] = {
    { "OUT of 8 bits", PORT(0x80, W8), 0x1122334455667788, 0x1122334455667788,
      "out8 80: 55667788" },
    { "OUT of 16 bits", PORT(0x3f8, W16), 0x7788, 0x7788, "out16 3f8: 7788" },
    { "OUT of 32 bits", PORT(0xffff, W32), 1, 1, "out32 ffff: 1" },
    { "IN of 8 bits", PORT(0x60, W8 | IN), ~0ull, 0x02, "in8 60" },
    { "IN of 16 bits", PORT(0x60, W16 | IN), ~0ull, 0x0103, "in16 60" },
    { "IN of 32 bits", PORT(0, W32 | IN), ~0ull, 0x01010105, "in32 0" },
    { "IN with address size and segment", PORT(0x60, W8 | IN | 0xff80),
      ~0ull, 0x02, "in8 60" },
};

static void a_port_is_read_or_written(GhcbFake *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(ports); i++) {
        g_test_message("%s", ports[i].name);
        fake_begin(f, 0x7b, ports[i].info_1, 0);
        fake_set(f, RAX, ports[i].rax);
        fake_vmgexit(f);
        fake_expect(f, DONE, 0);
        g_assert_cmphex(fake_get(f, RAX), ==, ports[i].rax_out);
        g_assert_cmpstr(f->log->str, ==, ports[i].log);
    }
}

static void one_width_of_three_must_be_given(GhcbFake *f)
{
    static const unsigned widths[] = { W8 | W16, W8 | W32, W16 | W32,
                                       W8 | W16 | W32 };

    for (unsigned i = 0; i < G_N_ELEMENTS(widths); i++) {
        for (unsigned flags = 0; flags < 16; flags++) {
            fake_begin(f, 0x7b, PORT(0x80, widths[i] | flags), 1);
            fake_set(f, RAX, 0);
            fake_set(f, SCRATCH, GHCB_AT + BUFFER);
            fake_vmgexit(f);
            fake_expect(f, MALFORMED, BAD_INPUT);
            g_assert_cmpuint(f->accesses, ==, 0);
        }
    }
}

/* Counts of a string: of @size bytes each, the area at @at */
static void string(GhcbFake *f, unsigned flags, unsigned size, uint64_t at,
                   uint64_t count)
{
    fake_begin(f, 0x7b, PORT(0x1f0, flags | STRING | REP | size << 4), count);
    fake_set(f, SCRATCH, at);
    fake_vmgexit(f);
}

/* The area is filled in order, and not a byte more than it. */
static void check_ins(GhcbFake *f, unsigned size, uint64_t at, unsigned count)
{
    uint8_t *area = fake_at(f, at);

    memset(area, 0xee, count * size + 1);
    string(f, IN, size, at, count);
    fake_expect(f, DONE, 0);
    g_assert_cmpuint(f->accesses, ==, count);
    for (unsigned i = 0; i < count; i++) {
        uint32_t want = GUINT32_TO_LE(((i + 1) & 0xff) * 0x01010101u + size);

        g_assert_cmpmem(area + i * size, size, &want, size);
    }
    if (at < GHCB_AT || at >= GHCB_AT + PAGE) {
        g_assert_cmphex(area[count * size], ==, 0xee);
    }
}

static void check_outs(GhcbFake *f, unsigned size, uint64_t at,
                       unsigned count)
{
    GString *want = g_string_new(NULL);

    for (unsigned i = 0; i < count; i++) {
        uint32_t value = GUINT32_TO_LE(0x03020100 + i);

        memcpy(fake_at(f, at + i * size), &value, size);
        if (want->len < 160) {
            g_string_append_printf(want, "%sout%u 1f0: %x", i ? "; " : "",
                                   size * 8, (0x03020100 + i) &
                                   (0xffffffffu >> (32 - size * 8)));
        }
    }
    fake_begin(f, 0x7b, PORT(0x1f0, STRING | REP | size << 4), count);
    fake_set(f, SCRATCH, at);
    if (at >= GHCB_AT && at < GHCB_AT + PAGE) {
        /* fake_begin() has written over it. */
        for (unsigned i = 0; i < count; i++) {
            uint32_t value = GUINT32_TO_LE(0x03020100 + i);

            memcpy(fake_at(f, at + i * size), &value, size);
        }
    }
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);
    g_assert_cmpuint(f->accesses, ==, count);
    g_assert_cmpstr(f->log->str, ==, want->str);
    g_string_free(want, TRUE);
}

static void strings_of_each_width_go_both_ways(GhcbFake *f)
{
    f->guest.legacy = true;
    for (unsigned size = 1; size <= 4; size *= 2) {
        const struct {
            uint64_t at;
            unsigned count;
        } areas[] = {
            { GHCB_AT + BUFFER, 0 },
            { GHCB_AT + BUFFER, 1 },
            { GHCB_AT + BUFFER, 2 },
            { GHCB_AT + BUFFER, (BUFFER_END - BUFFER) / size },
            { AREA, 0 },
            { AREA, 1 },
            { AREA, 2 },
            { AREA, 511 / size },
            { AREA + 3, 513 },
            { AREA + PAGE - 2 * size, 2 },      /* up to a page's end */
            { AREA + PAGE - 2 * size, 3 },
            { AREA + PAGE - 1, 1 },             /* one over it */
            { AREA + 1, 3 * PAGE / size },
            { AREA, MAX_SCRATCH / size },
            { AREA + PAGE - 1, MAX_SCRATCH / size },
        };

        for (unsigned i = 0; i < G_N_ELEMENTS(areas); i++) {
            g_test_message("%u times %u bytes at 0x%x", areas[i].count, size,
                           (unsigned)areas[i].at);
            check_ins(f, size, areas[i].at, areas[i].count);
            check_outs(f, size, areas[i].at, areas[i].count);
        }
    }
}

/* SW_EXITINFO2 times the width must not become small. */
static void counts_that_no_scratch_area_holds_are_refused(GhcbFake *f)
{
    static const struct {
        uint64_t count;
        unsigned reason;
    } counts[] = {
        { MAX_SCRATCH / 4 + 1, BAD_SCRATCH },
        { 0x40000000, BAD_SCRATCH },
        { 0x7fffffff, BAD_SCRATCH },
        { 0x80000000, BAD_INPUT },
        { 0x100000000, BAD_INPUT },
        { 0x4000000000000000, BAD_INPUT },
        { 0x4000000000000001, BAD_INPUT },
        { 0x8000000000000000, BAD_INPUT },
        { ~0ull, BAD_INPUT },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(counts); i++) {
        string(f, 0, 4, AREA, counts[i].count);
        fake_expect(f, MALFORMED, counts[i].reason);
        string(f, IN, 4, AREA, counts[i].count);
        fake_expect(f, MALFORMED, counts[i].reason);
        g_assert_cmpuint(f->accesses, ==, 0);
    }
}

static void mmio_of_each_length_goes_both_ways(GhcbFake *f)
{
    static const struct {
        unsigned len;
        const char *read, *write;
    } lengths[] = {
        { 1, "read d0, 1", "write d0, 1: 10" },
        { 2, "read d0, 2", "write d0, 2: 1110" },
        { 3, "read d0, 3", "write d0, 3: 121110" },
        { 4, "read d0, 4", "write d0, 4: 13121110" },
        { 8, "read d0, 8", "write d0, 8: 1716151413121110" },
        { 9, "read d0, 8; read d8, 1",
          "write d0, 8: 1716151413121110; write d8, 1: 18" },
        { 16, "read d0, 8; read d8, 8",
          "write d0, 8: 1716151413121110; write d8, 8: 1f1e1d1c1b1a1918" },
    };

    f->guest.legacy = true;
    for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
        unsigned len = lengths[i].len;
        uint8_t *area = fake_at(f, AREA);

        memset(area, 0, 32);
        fake_begin(f, 0x80000001, 0xd0, len);
        fake_set(f, SCRATCH, AREA);
        fake_vmgexit(f);
        fake_expect(f, DONE, 0);
        g_assert_cmpstr(f->log->str, ==, lengths[i].read);
        for (unsigned at = 0; at < 32; at++) {
            g_assert_cmphex(area[at], ==, at < len ? 0xd0 + at : 0);
            area[at] = 0x10 + at;
        }
        fake_begin(f, 0x80000002, 0xd0, len);
        fake_set(f, SCRATCH, AREA);
        fake_vmgexit(f);
        fake_expect(f, DONE, 0);
        g_assert_cmpstr(f->log->str, ==, lengths[i].write);
    }
}

static void mmio_that_is_nowhere_is_refused(GhcbFake *f)
{
    static const struct {
        uint64_t at, len;
        unsigned reason;
    } rows[] = {
        { ~0ull, 2, BAD_INPUT },
        { ~0ull - 7, 9, BAD_INPUT },
        { 0xfed00000, ~0ull, BAD_INPUT },
        { 0xfed00000, 2033, BAD_SCRATCH },
        { 0xfed00000, 1ull << 32, BAD_SCRATCH },
        { 0, 1ull << 63, BAD_SCRATCH },
    };

    f->guest.legacy = true;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (uint64_t code = 0x80000001; code <= 0x80000002; code++) {
            fake_begin(f, code, rows[i].at, rows[i].len);
            fake_set(f, SCRATCH, GHCB_AT + BUFFER);
            fake_vmgexit(f);
            fake_expect(f, MALFORMED, rows[i].reason);
            g_assert_cmpuint(f->accesses, ==, 0);
        }
    }
}

static void mmio_of_version_2_has_8_bytes_at_most(GhcbFake *f)
{
    const uint64_t lengths[] = { 9, 2032, 2033, 1ull << 32, ~0ull };

    for (uint64_t code = 0x80000001; code <= 0x80000002; code++) {
        fake_begin(f, code, 0xd0, 8);
        fake_set(f, SCRATCH, GHCB_AT + BUFFER);
        fake_vmgexit(f);
        fake_expect(f, DONE, 0);
        g_assert_cmpuint(f->accesses, ==, 1);
        for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
            fake_begin(f, code, 0xd0, lengths[i]);
            fake_set(f, SCRATCH, GHCB_AT + BUFFER);
            fake_vmgexit(f);
            fake_expect(f, MALFORMED, BAD_INPUT);
            g_assert_cmpuint(f->accesses, ==, 0);
        }
    }
}

/* A string of no width or no repetitions, MMIO of no length: wherever it is */
static void what_has_no_length_is_done(GhcbFake *f)
{
    const struct {
        uint64_t code, info_1, info_2;
    } rows[] = {
        { 0x7b, PORT(0x80, STRING | REP | W32), 0 },
        { 0x7b, PORT(0x80, STRING | REP | W8 | IN), 0 },
        { 0x7b, PORT(0x80, STRING | REP), 100 },
        { 0x7b, PORT(0x80, 0), 0 },
        { 0x7b, PORT(0x80, IN), 0 },
        { 0x80000001, 0xfed00000, 0 },
        { 0x80000002, 0xfed00000, 0 },
    };
    const uint64_t at[] = { GHCB_AT + BUFFER, GHCB_AT, AREA, HOLE, 0, ~0ull };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(at); i++) {
        unsigned row = i / G_N_ELEMENTS(at);

        fake_begin(f, rows[row].code, rows[row].info_1, rows[row].info_2);
        fake_set(f, RAX, 0);
        fake_set(f, SCRATCH, at[i % G_N_ELEMENTS(at)]);
        fake_vmgexit(f);
        fake_expect(f, DONE, 0);
        g_assert_cmpuint(f->accesses, ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/ghcb/io/a-port-is-read-or-written", a_port_is_read_or_written);
    ADD_TEST("/ghcb/io/one-width-of-three-must-be-given",
             one_width_of_three_must_be_given);
    ADD_TEST("/ghcb/io/strings-of-each-width-go-both-ways",
             strings_of_each_width_go_both_ways);
    ADD_TEST("/ghcb/io/mmio-of-version-2-has-8-bytes-at-most",
             mmio_of_version_2_has_8_bytes_at_most);
    ADD_TEST("/ghcb/io/what-has-no-length-is-done",
             what_has_no_length_is_done);
    ADD_TEST("/ghcb/io/counts-that-no-scratch-area-holds-are-refused",
             counts_that_no_scratch_area_holds_are_refused);
    ADD_TEST("/ghcb/io/mmio-of-each-length-goes-both-ways",
             mmio_of_each_length_goes_both_ways);
    ADD_TEST("/ghcb/io/mmio-that-is-nowhere-is-refused",
             mmio_that_is_nowhere_is_refused);
    return g_test_run();
}
