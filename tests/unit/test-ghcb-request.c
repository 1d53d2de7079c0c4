/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every request by a GHCB has in common: where the GHCB is, its usage
 * and version, the valid bitmap, and what the answer changes. 56421 sections
 * 2.6 and 4.1, Linux sev_es_validate_vmgexit().
 */

#include "ghcb-fixture.h"

#include <string.h>

/* A field that an exit needs is marked in each row but by its own letter. */
typedef struct Row {
    const char *name;
    uint64_t code;
    uint64_t info_1;
    const char *needs;
} Row;

static const struct {
    char letter;
    unsigned field;
    uint64_t value;
    const char *name;
} fields[] = {
    { 'a', RAX, 1, "RAX" },
    { 'c', RCX, 2, "RCX" },
    { 'd', RDX, 3, "RDX" },
    { 'x', XCR0, 1, "XCR0" },
    { 'p', CPL, 0, "CPL" },
    { 's', SCRATCH, GHCB_AT + BUFFER, "SW_SCRATCH" },
};

static const Row rows[] = {
    { "DR7 read", 0x27, 0, "" },
    { "DR7 write", 0x37, 0, "a" },
    { "RDTSC", 0x6e, 0, "" },
    { "RDPMC", 0x6f, 0, "c" },
    { "CPUID", 0x72, 0, "ac" },
    { "INVD", 0x76, 0, "" },
    { "IN", 0x7b, 0x800011, "" },
    { "OUT", 0x7b, 0x800010, "a" },
    { "INS", 0x7b, 0x800015, "s" },
    { "OUTS", 0x7b, 0x800014, "s" },
    { "RDMSR", 0x7c, 0, "c" },
    { "WRMSR", 0x7c, 1, "acd" },
    { "VMMCALL", 0x81, 0, "ap" },
    { "RDTSCP", 0x87, 0, "" },
    { "WBINVD", 0x89, 0, "" },
    { "MONITOR", 0x8a, 0, "acd" },
    { "MWAIT", 0x8b, 0, "ac" },
    { "MMIO read", 0x80000001, 0xfed00000, "s" },
    { "MMIO write", 0x80000002, 0xfed00000, "s" },
    { "NMI complete", 0x80000003, 0, "" },
    { "AP reset hold", 0x80000004, 0, "" },
    { "AP jump table", 0x80000005, 1, "" },
    { "hypervisor features", 0x8000fffd, 0, "" },
};

/* The request of a row, with all that it needs but @without. */
static void begin(GhcbFake *f, const Row *row, char without)
{
    fake_begin(f, row->code, row->info_1, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strchr(row->needs, fields[i].letter) &&
            fields[i].letter != without) {
            fake_set(f, fields[i].field, fields[i].value);
        }
    }
}

static void a_request_with_what_it_needs_is_done(GhcbFake *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        begin(f, &rows[i], 0);
        fake_vmgexit(f);
        g_assert_cmphex(fake_get(f, INFO_1), !=, MALFORMED);
        g_assert_cmpstr(f->diagnosis->str, ==, "");
        g_assert_true(f->action ==
                      (rows[i].code == 0x80000004 ? GHCB_WAIT : GHCB_RESUME));
        ghcb_resumed(&f->vcpu);
    }
    g_assert_cmpuint(f->traced, ==, 2 * G_N_ELEMENTS(rows));
}

static void expect_missing(GhcbFake *f, const char *field)
{
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, MISSING);
    g_assert_cmpint(f->action, ==, GHCB_RESUME);
    g_assert_nonnull(strstr(f->diagnosis->str, field));
    g_assert_cmpstr(f->log->str, ==, "");
}

static void a_request_without_a_field_is_missing_input(GhcbFake *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned j = 0; j < G_N_ELEMENTS(fields); j++) {
            if (strchr(rows[i].needs, fields[j].letter)) {
                g_test_message("%s without %s", rows[i].name, fields[j].name);
                begin(f, &rows[i], fields[j].letter);
                expect_missing(f, fields[j].name);
            }
        }
    }
}

static void a_request_without_an_exit_code_is_missing_input(GhcbFake *f)
{
    static const struct {
        unsigned field;
        const char *name;
    } always[] = {
        { EXIT_CODE, "SW_EXITCODE" },
        { INFO_1, "SW_EXITINFO1" },
        { INFO_2, "SW_EXITINFO2" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned j = 0; j < G_N_ELEMENTS(always); j++) {
            begin(f, &rows[i], 0);
            fake_mark(f, always[j].field, false);
            expect_missing(f, always[j].name);
        }
    }
}

/* Leaf 0xD is the only one that depends on XCR0. */
static void leaf_d_of_cpuid_needs_xcr0(GhcbFake *f)
{
    static const Row with = { "CPUID", 0x72, 0, "acx" };
    static const uint64_t leaves[] = { 0xd, 0xdeadbeef0000000d, 0xc, 0xe };

    for (unsigned i = 0; i < G_N_ELEMENTS(leaves); i++) {
        begin(f, &with, 'x');
        fake_set(f, RAX, leaves[i]);
        fake_vmgexit(f);
        if ((leaves[i] & 0xffffffff) == 0xd) {
            fake_expect(f, MALFORMED, MISSING);
        } else {
            fake_expect(f, DONE, 0);
        }
    }
    begin(f, &with, 0);
    fake_set(f, RAX, 0xd);
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);
    g_assert_cmpstr(f->log->str, ==, "cpuid d, 2, xcr0");
}

static void codes_that_are_no_requests_are_invalid_events(GhcbFake *f)
{
    static const uint64_t codes[] = {
        0, 1, 0x41, 0x51, 0x60, 0x73, 0x7a, 0x7d, 0x80, 0x82, 0x83, 0x84,
        0x85, 0x86, 0x8c, 0x8e, 0x400, 0x404, 0x80000000, 0x80000006,
        0x8000000f, 0x80000016, 0x8000fffc, 0x80010000, 0x180000001,
        0x7200000000, 0x8000000000000072, ~0ull,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(codes); i++) {
        fake_begin(f, codes[i], 0, 0);
        for (unsigned j = 0; j < G_N_ELEMENTS(fields); j++) {
            fake_set(f, fields[j].field, fields[j].value);
        }
        fake_vmgexit(f);
        fake_expect(f, MALFORMED, BAD_EVENT);
        g_assert_cmpstr(f->log->str, ==, "");
    }
}

static void any_usage_but_0_is_invalid(GhcbFake *f)
{
    static const uint32_t usages[] = { 1, 2, 0x100, 0x80000000, 0xffffffff };

    for (unsigned i = 0; i < G_N_ELEMENTS(usages); i++) {
        uint32_t le = GUINT32_TO_LE(usages[i]);

        begin(f, &rows[4], 0);
        memcpy(fake_at(f, GHCB_AT + USAGE), &le, sizeof(le));
        fake_vmgexit(f);
        fake_expect(f, MALFORMED, BAD_USAGE);
        g_assert_cmpstr(f->log->str, ==, "");
    }
}

static void versions_up_to_the_greatest_are_spoken(GhcbFake *f)
{
    for (f->guest.version = 1; f->guest.version <= 2; f->guest.version++) {
        static const uint16_t versions[] = { 0, 1, 2, 3, 0x100, 0xffff };

        for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++) {
            uint16_t le = GUINT16_TO_LE(versions[i]);

            begin(f, &rows[4], 0);
            memcpy(fake_at(f, GHCB_AT + VERSION), &le, sizeof(le));
            fake_vmgexit(f);
            if (versions[i] > f->guest.version) {
                fake_expect(f, MALFORMED, BAD_INPUT);
            } else {
                fake_expect(f, DONE, 0);
            }
        }
    }
}

static void usage_goes_before_version_before_bitmap(GhcbFake *f)
{
    begin(f, &rows[4], 'a');
    memset(fake_at(f, GHCB_AT + VERSION), 0xff, 6);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, BAD_USAGE);

    begin(f, &rows[4], 'a');
    memset(fake_at(f, GHCB_AT + VERSION), 0xff, 2);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, BAD_INPUT);

    fake_begin(f, 0x41, 0, 0);
    fake_mark(f, EXIT_CODE, false);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, MISSING);
}

/* There is no place for an answer, so the guest just goes on. */
static void without_a_ghcb_nothing_happens(GhcbFake *f)
{
    static const uint64_t places[] = {
        0, RAM - PAGE, RAM + RAM_SIZE, HOLE, 0xfee00000, 1ull << 51,
        0xfffffffffffff000,
    };
    uint8_t *before;

    begin(f, &rows[4], 0);
    before = g_memdup2(f->ram, RAM_SIZE);
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        f->vcpu.msr = places[i];
        fake_vmgexit(f);
        g_assert_cmpint(f->action, ==, GHCB_RESUME);
        g_assert_nonnull(strstr(f->diagnosis->str, places[i] ?
                                "not in RAM" : "before the guest has set"));
        g_assert_cmphex(f->vcpu.msr, ==, places[i]);
        g_assert_cmpstr(f->log->str, ==, "");
    }
    g_assert_cmpmem(f->ram, RAM_SIZE, before, RAM_SIZE);
    g_free(before);
}

static bool is_answer(unsigned at)
{
    static const unsigned quads[] = { RAX, RCX, RDX, RBX, INFO_1, INFO_2 };

    for (unsigned i = 0; i < G_N_ELEMENTS(quads); i++) {
        if (at >= quads[i] && at < quads[i] + 8) {
            return true;
        }
    }
    return at >= BITMAP && at < BITMAP + 16;
}

/* Nothing else in memory: the rest of the GHCB is the guest's. */
static void the_answer_is_six_quadwords_and_the_bitmap(GhcbFake *f)
{
    static const uint8_t bitmap[16] = {
        [RAX / 64] = 1 << RAX / 8 % 8,
        [RCX / 64] = 1 << RCX / 8 % 8 | 1 << RDX / 8 % 8 | 1 << RBX / 8 % 8,
        [INFO_1 / 64] = 1 << INFO_1 / 8 % 8 | 1 << INFO_2 / 8 % 8,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint8_t *before;

        begin(f, &rows[i], 0);
        if (strchr(rows[i].needs, 's')) {
            fake_set(f, SCRATCH, AREA);
            f->guest.legacy = true;
        }
        memset(fake_at(f, AREA), 0, 16);
        before = g_memdup2(f->ram, RAM_SIZE);
        fake_vmgexit(f);
        for (unsigned at = 0; at < RAM_SIZE; at++) {
            bool may = (at & ~0xfffu) + RAM == GHCB_AT ?
                       is_answer(at & 0xfff) :
                       at + RAM >= AREA && at + RAM < AREA + 4;

            g_assert_true(may || f->ram[at] == before[at]);
        }
        g_assert_cmpmem(fake_at(f, GHCB_AT + BITMAP), 16, bitmap, 16);
        g_free(before);
    }
}

/* A register that is not marked is 0 to the hypervisor, not what is there. */
static void registers_that_are_not_marked_are_0(GhcbFake *f)
{
    fake_begin(f, 0x76, 0, 0);
    fake_vmgexit(f);
    g_assert_cmphex(fake_get(f, RAX), ==, 0);
    g_assert_cmphex(fake_get(f, RBX), ==, 0);
    g_assert_cmphex(fake_get(f, RCX), ==, 0);
    g_assert_cmphex(fake_get(f, RDX), ==, 0);
}

/* Another vCPU writes while this one is served: the first value counts. */
static void memory_is_read_once(GhcbFake *f)
{
    GhcbFake *quiet = fake_new();

    f->changing = true;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        begin(f, &rows[i], 0);
        begin(quiet, &rows[i], 0);
        fake_vmgexit(f);
        fake_vmgexit(quiet);
        g_assert_cmpstr(f->log->str, ==, quiet->log->str);
        g_assert_cmphex(fake_get(f, INFO_1), ==, fake_get(quiet, INFO_1));
        g_assert_cmphex(fake_get(f, INFO_2), ==, fake_get(quiet, INFO_2));
        g_assert_cmphex(fake_get(f, RAX), ==, fake_get(quiet, RAX));
        g_assert_cmphex(fake_get(f, RBX), ==, fake_get(quiet, RBX));
        g_assert_cmphex(fake_get(f, RCX), ==, fake_get(quiet, RCX));
        g_assert_cmphex(fake_get(f, RDX), ==, fake_get(quiet, RDX));
    }
    fake_free(quiet);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/ghcb/request/with-what-it-needs-is-done",
             a_request_with_what_it_needs_is_done);
    ADD_TEST("/ghcb/request/without-a-field-is-missing-input",
             a_request_without_a_field_is_missing_input);
    ADD_TEST("/ghcb/request/without-an-exit-code-is-missing-input",
             a_request_without_an_exit_code_is_missing_input);
    ADD_TEST("/ghcb/request/leaf-d-of-cpuid-needs-xcr0",
             leaf_d_of_cpuid_needs_xcr0);
    ADD_TEST("/ghcb/request/codes-that-are-no-requests-are-invalid-events",
             codes_that_are_no_requests_are_invalid_events);
    ADD_TEST("/ghcb/request/any-usage-but-0-is-invalid",
             any_usage_but_0_is_invalid);
    ADD_TEST("/ghcb/request/versions-up-to-the-greatest-are-spoken",
             versions_up_to_the_greatest_are_spoken);
    ADD_TEST("/ghcb/request/usage-goes-before-version-before-bitmap",
             usage_goes_before_version_before_bitmap);
    ADD_TEST("/ghcb/request/without-a-ghcb-nothing-happens",
             without_a_ghcb_nothing_happens);
    ADD_TEST("/ghcb/request/the-answer-is-six-quadwords-and-the-bitmap",
             the_answer_is_six_quadwords_and_the_bitmap);
    ADD_TEST("/ghcb/request/registers-that-are-not-marked-are-0",
             registers_that_are_not_marked_are_0);
    ADD_TEST("/ghcb/request/memory-is-read-once", memory_is_read_once);
    return g_test_run();
}
