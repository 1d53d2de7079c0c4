/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GHCB MSR protocol, 56421 section 2.3.1; AP reset hold by it and by a
 * GHCB; the words for a guest that ends itself.
 */

#include "ghcb-fixture.h"

#include <string.h>

static const FakeMsrRow rows[] = {
    { "SEV information", 0x002, 0x0002000133000001, "" },
    { "SEV information, with bits that are reserved", 0xfffffffffffff002,
      0x0002000133000001, "" },
    { "CPUID, EAX", 0x8000001f00000004, 0x2000001f00000005,
      "cpuid 8000001f, 0" },
    { "CPUID, EBX", 0x0000000740000004, 0xb000000040000005, "cpuid 7, 0" },
    { "CPUID, ECX", 0x0000000780000004, 0xcccccccc80000005, "cpuid 7, 0" },
    { "CPUID, EDX", 0xffffffffc0000004, 0xddddddddc0000005,
      "cpuid ffffffff, 0" },
    { "CPUID, with bits that are reserved", 0x000000077ffff004,
      0xb000000040000005, "cpuid 7, 0" },
    { "hypervisor features", 0x080, 0x13081, "" },
};

static void requests_are_answered_in_the_msr(GhcbFake *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        fake_expect_msr(f, &rows[i]);
        g_assert_cmpstr(f->diagnosis->str, ==, "");
    }
    g_assert_cmpuint(f->traced, ==, G_N_ELEMENTS(rows));
}

static void the_sev_information_is_there_after_reset(GhcbFake *f)
{
    g_assert_cmphex(f->vcpu.msr, ==, 0x0002000133000001);
    f->guest = (GhcbGuest) { .version = 1, .cbit = 47 };
    f->vcpu.hold = GHCB_HOLD_MSR;
    f->vcpu.dr7 = 0;
    ghcb_reset(&f->vcpu);
    g_assert_cmphex(f->vcpu.msr, ==, 0x000100012f000001);
    g_assert_cmpint(f->vcpu.hold, ==, GHCB_HOLD_NONE);
    g_assert_cmphex(f->vcpu.dr7, ==, 0x400);
}

/* Answers are no requests, and an address must be a page's. */
static void unknown_requests_stay_in_the_msr(GhcbFake *f)
{
    for (unsigned info = 1; info < 0x1000; info++) {
        static const unsigned known[] = { 0x002, 0x004, 0x006, 0x010, 0x012,
                                          0x014, 0x016, 0x080, 0x100 };
        bool is_known = false;

        for (unsigned i = 0; i < G_N_ELEMENTS(known); i++) {
            is_known |= info == known[i];
        }
        if (!is_known) {
            f->vcpu.msr = GHCB_AT | info;
            fake_vmgexit(f);
            g_assert_cmphex(f->vcpu.msr, ==, GHCB_AT | info);
            g_assert_cmpint(f->action, ==, GHCB_RESUME);
            g_assert_cmpuint(f->diagnosis->len, >, 0);
        }
    }
    g_assert_cmpuint(f->diagnoses, ==, 0xfff - 9);
    g_assert_false(f->ended);
}

static void requests_of_snp_guests_end_others(GhcbFake *f)
{
    static const uint64_t requests[] = { 0x010, GHCB_AT | 0x012, 0x100014 };

    for (unsigned i = 0; i < G_N_ELEMENTS(requests); i++) {
        f->ended = false;
        f->vcpu.msr = requests[i];
        fake_vmgexit(f);
        g_assert_true(f->ended);
        g_assert_cmpint(f->action, ==, GHCB_STOP);
        g_assert_false(f->end.has_reason);
        g_assert_nonnull(strstr(f->end_text, "SEV-SNP"));
    }
}

/* Reason set in 15:12, reason code in 23:16; words that must be there */
static const struct {
    unsigned set, code;
    const char *words, *owner;
    bool in_firmware;
} reasons[] = {
    { 0, 0, "general", "general" },
    { 0, 1, "version", "general" },
    { 0, 2, "SEV-SNP", "general" },
    { 0, 3, "without a name", "general" },
    { 0, 0xff, "without a name", "general" },
    { 1, 0, "registered", "Linux" },
    { 1, 1, "page state", "Linux" },
    { 1, 2, "PVALIDATE", "Linux" },
    { 1, 3, "VMPL0", "Linux" },
    { 1, 4, "CPUID page", "Linux" },
    { 1, 5, "hypervisor", "Linux" },
    { 1, 6, "secrets page", "Linux" },
    { 1, 7, "no SVSM", "Linux" },
    { 1, 8, "VMPL0", "Linux" },
    { 1, 9, "calling area", "Linux" },
    { 1, 10, "secure TSC", "Linux" },
    { 1, 0xfe, "without a name", "Linux" },
    { 2, 0, "without a name" },
    { 15, 0xff, "without a name" },
    /* The firmware's own code shares the number of Linux' set. */
    { 0, 0, "general", "general", true },
    { 0, 1, "version", "general", true },
    { 1, 0, "without a name", "OVMF", true },
    { 1, 1, "#VC", "OVMF", true },
    { 1, 2, "answer", "OVMF", true },
    { 1, 3, "without a name", "OVMF", true },
    { 1, 0xff, "without a name", "OVMF", true },
    { 2, 0, "without a name", NULL, true },
};

static void expect_end(GhcbFake *f, unsigned i)
{
    char *numbers = g_strdup_printf("code %u)", reasons[i].code);
    char *set = g_strdup_printf("reason set %u,", reasons[i].set);

    g_test_message("%s", f->end_text);
    g_assert_true(f->ended && f->end.has_reason);
    g_assert_cmpint(f->action, ==, GHCB_STOP);
    g_assert_cmpuint(f->end.reason_set, ==, reasons[i].set);
    g_assert_cmpuint(f->end.reason_code, ==, reasons[i].code);
    g_assert_nonnull(strstr(f->end_text, reasons[i].words));
    g_assert_nonnull(strstr(f->end_text, numbers));
    g_assert_nonnull(strstr(f->end_text, set));
    if (reasons[i].owner) {
        g_assert_nonnull(strstr(f->end_text, reasons[i].owner));
    }
    g_assert_false(g_str_has_suffix(f->end_text, "."));
    g_free(numbers);
    g_free(set);
}

static void a_guest_ends_itself_with_a_reason(GhcbFake *f)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(reasons); i++) {
        f->ended = false;
        f->in_firmware = reasons[i].in_firmware;
        f->vcpu.msr = 0x100ull | reasons[i].set << 12 | reasons[i].code << 16;
        fake_vmgexit(f);
        expect_end(f, i);

        /* Linux: SVM_VMGEXIT_TERM_REASON(), set in 3:0, code in 11:4 */
        f->ended = false;
        fake_begin(f, 0x8000fffe, reasons[i].set | reasons[i].code << 4, 0);
        fake_vmgexit(f);
        expect_end(f, i);
        fake_expect(f, DONE, 0);
    }
}

static void bits_beside_a_reason_are_not_of_it(GhcbFake *f)
{
    f->vcpu.msr = 0xffffffffff021100;
    fake_vmgexit(f);
    g_assert_cmpuint(f->end.reason_set, ==, 1);
    g_assert_cmpuint(f->end.reason_code, ==, 2);
    f->ended = false;
    fake_begin(f, 0x8000fffe, 0xfffffffffffff021, ~0ull);
    fake_vmgexit(f);
    g_assert_cmpuint(f->end.reason_set, ==, 1);
    g_assert_cmpuint(f->end.reason_code, ==, 2);
}

static void words_are_cut_off_where_the_place_ends(GhcbFake *f)
{
    char text[10];

    memset(text, 'x', sizeof(text));
    ghcb_end_text(1, 2, false, text, sizeof(text) - 1);
    g_assert_cmpstr(text, ==, "PVALIDAT");
    g_assert_cmpint(text[9], ==, 'x');
}

static void a_held_cpu_waits_and_a_sipi_answers_in_the_msr(GhcbFake *f)
{
    f->vcpu.msr = 0x006;
    fake_vmgexit(f);
    g_assert_cmpint(f->action, ==, GHCB_WAIT);
    /* Not by a SIPI, so far */
    g_assert_cmphex(f->vcpu.msr, ==, 0x007);
    ghcb_sipi(&f->vcpu);
    g_assert_cmphex(f->vcpu.msr, ==, 0x1007);
    f->vcpu.msr = 0x007;
    ghcb_sipi(&f->vcpu);
    g_assert_cmphex(f->vcpu.msr, ==, 0x007);
}

static void a_held_cpu_that_goes_on_otherwise_gets_no_answer(GhcbFake *f)
{
    f->vcpu.msr = 0x006;
    fake_vmgexit(f);
    ghcb_resumed(&f->vcpu);
    ghcb_sipi(&f->vcpu);
    g_assert_cmphex(f->vcpu.msr, ==, 0x007);

    ghcb_reset(&f->vcpu);
    fake_begin(f, 0x80000004, 0, 0);
    fake_vmgexit(f);
    g_assert_cmpint(f->action, ==, GHCB_WAIT);
    ghcb_resumed(&f->vcpu);
    ghcb_sipi(&f->vcpu);
    fake_expect(f, DONE, 0);
}

static void a_sipi_answers_in_the_ghcb(GhcbFake *f)
{
    uint8_t *before;

    fake_begin(f, 0x80000004, 0x1234, 0x5678);
    fake_vmgexit(f);
    g_assert_cmpint(f->action, ==, GHCB_WAIT);
    fake_expect(f, DONE, 0);
    before = g_memdup2(f->ram, RAM_SIZE);
    ghcb_sipi(&f->vcpu);
    fake_expect(f, DONE, 1);
    memset(fake_at(f, GHCB_AT + INFO_2), 0, 8);
    g_assert_cmpmem(f->ram, RAM_SIZE, before, RAM_SIZE);
    ghcb_sipi(&f->vcpu);
    fake_expect(f, DONE, 0);
    g_free(before);
}

/* A guest that goes on, by whatever way, is not held any longer. */
static void another_request_ends_a_hold(GhcbFake *f)
{
    fake_begin(f, 0x80000004, 0, 0);
    fake_vmgexit(f);
    fake_begin(f, 0x76, 0, 0);
    fake_vmgexit(f);
    ghcb_sipi(&f->vcpu);
    fake_expect(f, DONE, 0);
    g_assert_cmphex(f->vcpu.msr, ==, GHCB_AT);
}

static void a_sipi_without_a_hold_changes_nothing(GhcbFake *f)
{
    fake_begin(f, 0x72, 3, 4);
    ghcb_sipi(&f->vcpu);
    g_assert_cmphex(fake_get(f, INFO_2), ==, 4);
    g_assert_cmphex(f->vcpu.msr, ==, GHCB_AT);
}

static void hold_by_msr(GhcbFake *f, GhcbAction action, uint64_t answer)
{
    f->vcpu.msr = 0x006;
    fake_vmgexit(f);
    g_assert_cmpint(f->action, ==, action);
    g_assert_cmphex(f->vcpu.msr, ==, answer);
}

static void hold_by_ghcb(GhcbFake *f, GhcbAction action, uint64_t answer)
{
    fake_begin(f, 0x80000004, 0, 0);
    fake_vmgexit(f);
    g_assert_cmpint(f->action, ==, action);
    fake_expect(f, DONE, answer);
}

/* Two of them are one, and whatever the CPU asks for first does not count. */
static void a_start_that_came_early_ends_one_hold(GhcbFake *f)
{
    ghcb_sipi(&f->vcpu);
    ghcb_sipi(&f->vcpu);
    fake_begin(f, 0x76, 0, 0);
    fake_vmgexit(f);
    ghcb_resumed(&f->vcpu);
    hold_by_msr(f, GHCB_RESUME, 0x1007);
    hold_by_msr(f, GHCB_WAIT, 0x007);

    ghcb_resumed(&f->vcpu);
    ghcb_sipi(&f->vcpu);
    hold_by_ghcb(f, GHCB_RESUME, 1);
    hold_by_ghcb(f, GHCB_WAIT, 0);
}

static void a_new_life_knows_no_early_start(GhcbFake *f)
{
    ghcb_sipi(&f->vcpu);
    ghcb_reset(&f->vcpu);
    hold_by_msr(f, GHCB_WAIT, 0x007);

    ghcb_resumed(&f->vcpu);
    ghcb_sipi(&f->vcpu);
    ghcb_replaced(&f->vcpu);
    g_assert_cmphex(f->vcpu.msr, ==, 0x007);
    hold_by_ghcb(f, GHCB_WAIT, 0);
    ghcb_replaced(&f->vcpu);
    ghcb_sipi(&f->vcpu);
    fake_expect(f, DONE, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/ghcb/msr/requests-are-answered-in-the-msr",
             requests_are_answered_in_the_msr);
    ADD_TEST("/ghcb/msr/the-sev-information-is-there-after-reset",
             the_sev_information_is_there_after_reset);
    ADD_TEST("/ghcb/msr/unknown-requests-stay-in-the-msr",
             unknown_requests_stay_in_the_msr);
    ADD_TEST("/ghcb/msr/requests-of-snp-guests-end-others",
             requests_of_snp_guests_end_others);
    ADD_TEST("/ghcb/msr/a-guest-ends-itself-with-a-reason",
             a_guest_ends_itself_with_a_reason);
    ADD_TEST("/ghcb/msr/bits-beside-a-reason-are-not-of-it",
             bits_beside_a_reason_are_not_of_it);
    ADD_TEST("/ghcb/msr/words-are-cut-off-where-the-place-ends",
             words_are_cut_off_where_the_place_ends);
    ADD_TEST("/ghcb/msr/a-held-cpu-waits-and-a-sipi-answers-in-the-msr",
             a_held_cpu_waits_and_a_sipi_answers_in_the_msr);
    ADD_TEST("/ghcb/msr/a-held-cpu-that-goes-on-otherwise-gets-no-answer",
             a_held_cpu_that_goes_on_otherwise_gets_no_answer);
    ADD_TEST("/ghcb/msr/a-sipi-answers-in-the-ghcb",
             a_sipi_answers_in_the_ghcb);
    ADD_TEST("/ghcb/msr/another-request-ends-a-hold",
             another_request_ends_a_hold);
    ADD_TEST("/ghcb/msr/a-sipi-without-a-hold-changes-nothing",
             a_sipi_without_a_hold_changes_nothing);
    ADD_TEST("/ghcb/msr/a-start-that-came-early-ends-one-hold",
             a_start_that_came_early_ends_one_hold);
    ADD_TEST("/ghcb/msr/a-new-life-knows-no-early-start",
             a_new_life_knows_no_early_start);
    return g_test_run();
}
