/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each exit does and answers: 56421 section 4.1, and where that leaves
 * something open Linux' KVM. Exits that move data are in test-ghcb-io.c.
 */

#include "ghcb-fixture.h"

#include <string.h>

enum { A = 1, B = 2, C = 4, D = 8, P = 16, X = 32 };

/* Registers given and got; .give says which ones are marked. */
typedef struct Row {
    const char *name;
    uint64_t code, info_1, info_2;
    unsigned give;
    uint64_t a, b, c, d, p, x;
    uint64_t answer_1, answer_2;
    uint64_t a_out, b_out, c_out, d_out;
    const char *log;
    bool no_msr;
} Row;

static const Row rows[] = {
    { "CPUID", 0x72, .give = A | C, .a = 0x80000008, .c = 5,
      .a_out = 0x20000008, .b_out = 0xb0000005,
      .c_out = 0xcccccccc, .d_out = 0xdddddddd,
      .log = "cpuid 80000008, 5" },
    { "CPUID with garbage in the registers' upper halves", 0x72,
      .give = A | C, .a = 0xffffffff00000001, .c = 0xffffffff00000002,
      .a_out = 0xa0000001, .b_out = 0xb0000002, .c_out = 0xcccccccc,
      .d_out = 0xdddddddd, .log = "cpuid 1, 2" },
    { "CPUID leaf 0xD with XCR0", 0x72, .give = A | C | X, .a = 0xd, .c = 1,
      .x = 7, .a_out = 0xa000000d, .b_out = 0xb0000001, .c_out = 7,
      .d_out = 0xdddddddd, .log = "cpuid d, 1, xcr0" },
    { "RDMSR", 0x7c, .give = C, .c = 0x10, .a_out = 0x55667788, .c_out = 0x10,
      .d_out = 0x11223344, .log = "rdmsr 10" },
    { "RDMSR with garbage in RCX' upper half", 0x7c, .give = C,
      .c = 0xffffffffc0000080, .a_out = 0x55667788,
      .c_out = 0xffffffffc0000080, .d_out = 0x11223344,
      .log = "rdmsr c0000080" },
    { "RDMSR of an MSR that is not there", 0x7c, .give = A | C | D, .a = 1,
      .c = 2, .d = 3, .answer_1 = EXCEPTION, .answer_2 = INJECT_GP,
      .a_out = 1, .c_out = 2, .d_out = 3, .log = "rdmsr 2", .no_msr = true },
    { "WRMSR", 0x7c, 1, .give = A | C | D, .a = 0xffffffff11111111, .c = 0x10,
      .d = 0xffffffff22222222, .a_out = 0xffffffff11111111, .c_out = 0x10,
      .d_out = 0xffffffff22222222, .log = "wrmsr 10: 2222222211111111" },
    { "WRMSR to an MSR that is not there", 0x7c, 1, .give = A | C | D,
      .c = 0x10, .answer_1 = EXCEPTION, .answer_2 = INJECT_GP, .c_out = 0x10,
      .log = "wrmsr 10: 0", .no_msr = true },
    { "an MSR access that neither reads nor writes", 0x7c, 2,
      .give = A | C | D, .a = 1, .c = 2, .d = 3, .answer_1 = MALFORMED,
      .answer_2 = BAD_INPUT, .a_out = 1, .c_out = 2, .d_out = 3 },
    { "an MSR access with an upper half", 0x7c, 1ull << 32,
      .give = A | C | D, .answer_1 = MALFORMED, .answer_2 = BAD_INPUT },
    { "RDTSC", 0x6e, .a_out = 0x9abcdef0, .d_out = 0x12345678 },
    { "RDTSCP", 0x87, .a_out = 0x9abcdef0, .c_out = TSC_AUX,
      .d_out = 0x12345678 },
    { "RDPMC: there is no counter", 0x6f, .give = C, .answer_1 = EXCEPTION,
      .answer_2 = INJECT_GP },
    { "VMMCALL at CPL 0: -KVM_ENOSYS", 0x81, .give = A | P, .a = 5,
      .a_out = -1000ull },
    { "VMMCALL at CPL 3: -KVM_EPERM", 0x81, .give = A | P, .a = 5, .p = 3,
      .a_out = -1ull },
    { "VMMCALL at a CPL that is not one", 0x81, .give = A | P, .p = 0xff,
      .a_out = -1ull },
    { "INVD", 0x76, .give = A, .a = 5, .a_out = 5 },
    { "WBINVD", 0x89, .give = A | B | C | D, .a = 1, .b = 2, .c = 3, .d = 4,
      .a_out = 1, .b_out = 2, .c_out = 3, .d_out = 4 },
    { "MONITOR", 0x8a, .give = A | C | D, .a = AREA, .a_out = AREA },
    { "MWAIT", 0x8b, .give = A | C, .a = 0x10, .c = 1, .a_out = 0x10,
      .c_out = 1 },
    { "NMI complete", 0x80000003, .log = "nmi complete" },
    { "AP jump table, get", 0x80000005, 1, .answer_2 = JUMP_TABLE },
    { "AP jump table, neither set nor get", 0x80000005, 2,
      .answer_1 = MALFORMED, .answer_2 = BAD_INPUT },
    { "AP jump table, get with an upper half", 0x80000005, 0x100000001,
      .answer_1 = MALFORMED, .answer_2 = BAD_INPUT },
    { "hypervisor features", 0x8000fffd, .answer_2 = FEATURES },
};

static void give(GhcbFake *f, const Row *row)
{
    const struct {
        unsigned flag;
        unsigned field;
        uint64_t value;
    } regs[] = {
        { A, RAX, row->a }, { B, RBX, row->b }, { C, RCX, row->c },
        { D, RDX, row->d }, { P, CPL, row->p }, { X, XCR0, row->x },
    };

    fake_begin(f, row->code, row->info_1, row->info_2);
    for (unsigned i = 0; i < G_N_ELEMENTS(regs); i++) {
        if (row->give & regs[i].flag) {
            fake_set(f, regs[i].field, regs[i].value);
        }
    }
}

static void each_exit_answers_as_it_should(GhcbFake *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];

        g_test_message("%s", row->name);
        f->no_msr = row->no_msr;
        give(f, row);
        fake_vmgexit(f);
        fake_expect(f, row->answer_1, row->answer_2);
        g_assert_cmphex(fake_get(f, RAX), ==, row->a_out);
        g_assert_cmphex(fake_get(f, RBX), ==, row->b_out);
        g_assert_cmphex(fake_get(f, RCX), ==, row->c_out);
        g_assert_cmphex(fake_get(f, RDX), ==, row->d_out);
        g_assert_cmpstr(f->log->str, ==, row->log ?: "");
        g_assert_cmpint(f->action, ==, GHCB_RESUME);
        g_assert_false(f->ended);
        g_assert_cmphex(f->guest.ap_jump_table, ==, JUMP_TABLE);
    }
}

static void dr7_is_what_was_written_to_it(GhcbFake *f)
{
    /* Out of reset: only bit 10, which is always 1 */
    fake_begin(f, 0x27, 0, 0);
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);
    g_assert_cmphex(fake_get(f, RAX), ==, 0x400);

    fake_begin(f, 0x37, 0, 0);
    fake_set(f, RAX, 0x155);
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);
    fake_begin(f, 0x27, 0, 0);
    fake_vmgexit(f);
    g_assert_cmphex(fake_get(f, RAX), ==, 0x155);

    fake_begin(f, 0x37, 0, 0);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, MISSING);
    fake_begin(f, 0x27, 0, 0);
    fake_vmgexit(f);
    g_assert_cmphex(fake_get(f, RAX), ==, 0x155);
}

/* All of the guest's vCPUs have the same one. Any address will do: 56421. */
static void the_jump_table_is_where_the_guest_put_it(GhcbFake *f)
{
    static const uint64_t places[] = { AREA, 0, ~0ull };
    GhcbFake *other = fake_new();

    other->vcpu.guest = &f->guest;
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        fake_begin(f, 0x80000005, 0, places[i]);
        fake_vmgexit(f);
        fake_expect(f, DONE, 0);
        fake_begin(other, 0x80000005, 1, 0);
        fake_vmgexit(other);
        fake_expect(other, DONE, places[i]);
    }
    fake_free(other);
}

static void an_event_that_the_guest_does_not_know_ends_it(GhcbFake *f)
{
    static const struct {
        uint64_t code;
        const char *words;
    } events[] = {
        { 0x72, "0x72 (CPUID)" },
        { 0x400, "0x400 (MMIO)" },
        { 0x8e, "0x8e (RDPRU)" },
        { 0xdeadbeefdeadbeef, "0xdeadbeefdeadbeef (unknown)" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(events); i++) {
        f->ended = false;
        fake_begin(f, 0x8000ffff, events[i].code, 0);
        fake_vmgexit(f);
        g_assert_true(f->ended);
        g_assert_cmpint(f->action, ==, GHCB_STOP);
        g_assert_false(f->end.has_reason);
        g_assert_nonnull(strstr(f->end_text, events[i].words));
    }
}

/* For traces: the words that people know an exit by */
static void exits_have_their_names(GhcbFake *f)
{
    static const struct {
        uint64_t code;
        const char *name;
    } names[] = {
        { 0x27, "DR7 read" }, { 0x37, "DR7 write" }, { 0x41, "#DB" },
        { 0x51, "#AC" }, { 0x6e, "RDTSC" }, { 0x6f, "RDPMC" },
        { 0x72, "CPUID" }, { 0x73, "RSM" }, { 0x76, "INVD" },
        { 0x7a, "INVLPGA" }, { 0x7b, "IOIO" }, { 0x7c, "MSR" },
        { 0x7d, "task switch" }, { 0x80, "VMRUN" }, { 0x81, "VMMCALL" },
        { 0x82, "VMLOAD" }, { 0x83, "VMSAVE" }, { 0x84, "STGI" },
        { 0x85, "CLGI" }, { 0x86, "SKINIT" }, { 0x87, "RDTSCP" },
        { 0x89, "WBINVD" }, { 0x8a, "MONITOR" }, { 0x8b, "MWAIT" },
        { 0x8e, "RDPRU" }, { 0x400, "MMIO" }, { 0x80000001, "MMIO read" },
        { 0x80000002, "MMIO write" }, { 0x80000003, "NMI complete" },
        { 0x80000004, "AP reset hold" }, { 0x80000005, "AP jump table" },
        { 0x8000fffd, "hypervisor features" }, { 0x8000fffe, "termination" },
        { 0x8000ffff, "unsupported event" }, { 0x88, "unknown" },
        { 0x100000072, "unknown" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_cmpstr(ghcb_exit_name(names[i].code), ==, names[i].name);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/ghcb/exits/each-exit-answers-as-it-should",
             each_exit_answers_as_it_should);
    ADD_TEST("/ghcb/exits/dr7-is-what-was-written-to-it",
             dr7_is_what_was_written_to_it);
    ADD_TEST("/ghcb/exits/the-jump-table-is-where-the-guest-put-it",
             the_jump_table_is_where_the_guest_put_it);
    ADD_TEST("/ghcb/exits/an-event-that-the-guest-does-not-know-ends-it",
             an_event_that_the_guest_does_not_know_ends_it);
    ADD_TEST("/ghcb/exits/exits-have-their-names", exits_have_their_names);
    return g_test_run();
}
