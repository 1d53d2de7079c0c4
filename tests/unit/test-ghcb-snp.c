/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What SEV-SNP guests ask for: 56421 sections 2.3.1 (by MSR), 4.1.6 (page
 * state change), 4.1.8 (AP creation). Answers that the
 * publication leaves open are KVM's.
 */

#include "ghcb-fixture.h"

#include <string.h>

enum { PSC = 0x80000010, GUEST_REQUEST, EXT_GUEST_REQUEST, AP_CREATION };
enum { DOORBELL = 0x80000014, HV_IPI, GET_APIC_IDS = 0x80000017, RUN_VMPL };
enum { NOT_REGISTERED = 1 };

#define PRIVATE (1ull << 52)
#define SHARED  (2ull << 52)
#define PSMASH  (3ull << 52)
#define TWO_MB  (1ull << 56)

static void a_ghcb_has_to_be_registered(GhcbFake *f)
{
    f->guest.snp = true;
    fake_begin(f, 0x76, 0, 0);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, NOT_REGISTERED);

    f->vcpu.msr = GHCB_AT | 0x012;
    fake_vmgexit(f);
    g_assert_cmphex(f->vcpu.msr, ==, GHCB_AT | 0x013);
    fake_begin(f, 0x76, 0, 0);
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);

    /* Another page is not the registered one. */
    f->vcpu.registered_gpa = GHCB_AT + PAGE;
    fake_begin(f, 0x76, 0, 0);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, NOT_REGISTERED);
}

static void the_registration_is_forgotten_at_reset(GhcbFake *f)
{
    fake_snp(f);
    ghcb_reset(&f->vcpu);
    fake_begin(f, 0x76, 0, 0);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, NOT_REGISTERED);
}

static const FakeMsrRow rows[] = {
    { "no preferred GHCB", 0x010, 0xfffffffffffff011, "" },
    { "a page becomes private", PRIVATE | 0x123000 | 0x014, 0x015,
      "private 123000" },
    { "a page becomes shared", SHARED | 0x123000 | 0x014, 0x015,
      "shared 123000" },
    { "the highest page", PRIVATE | 0xffffffffff000 | 0x014, 0x015,
      "private ffffffffff000" },
    { "no page of the guest", PRIVATE | HOLE | 0x014, 0xffffffff00000015,
      "private 130000" },
    { "no operation", 0x123000 | 0x014, 0xffffffff00000015, "" },
    { "an operation of pages alone", PSMASH | 0x123000 | 0x014,
      0xffffffff00000015, "" },
};

static void requests_by_msr(GhcbFake *f)
{
    fake_snp(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        fake_expect_msr(f, &rows[i]);
        g_assert_true((rows[i].answer >> 32 == 0xffffffff && i) ==
                      (f->diagnosis->len > 0));
    }
    g_assert_cmpuint(f->settled, ==, G_N_ELEMENTS(rows) - 1);
}

/* A page state change in the GHCB's buffer, entries @cur to @end */
static void psc(GhcbFake *f, unsigned cur, unsigned end,
                const uint64_t *entries, unsigned count)
{
    uint8_t *area;

    fake_begin(f, PSC, 0, 0);
    area = fake_at(f, GHCB_AT + BUFFER);
    memcpy(area, (uint8_t[]) { cur, cur >> 8, end, end >> 8, 0, 0, 0, 0 }, 8);
    for (unsigned i = 0; i < count; i++) {
        uint64_t le = GUINT64_TO_LE(entries[i]);

        memcpy(area + 8 + i * 8, &le, 8);
    }
    fake_set(f, SCRATCH, GHCB_AT + BUFFER);
    fake_vmgexit(f);
}

static unsigned psc_cur_entry(GhcbFake *f)
{
    const uint8_t *area = fake_at(f, GHCB_AT + BUFFER);

    return area[0] | area[1] << 8;
}

static uint64_t psc_entry(GhcbFake *f, unsigned i)
{
    return fake_get(f, BUFFER + 8 + i * 8);
}

static void pages_change_entry_by_entry(GhcbFake *f)
{
    const uint64_t entries[] = {
        PRIVATE | 0x5000, SHARED | 0x6000, PRIVATE | TWO_MB | 0x400000,
    };

    fake_snp(f);
    psc(f, 0, 2, entries, 3);
    fake_expect(f, DONE, 0);
    g_assert_cmpstr(f->log->str, ==,
                    "private 5000; shared 6000; private 2M 400000");
    g_assert_cmpuint(psc_cur_entry(f), ==, 3);
    g_assert_cmphex(psc_entry(f, 0), ==, PRIVATE | 0x5000 | 1);
    g_assert_cmphex(psc_entry(f, 2), ==, PRIVATE | TWO_MB | 0x400000 | 512);
    g_assert_cmpuint(f->settled, ==, 1);
}

static void a_request_goes_on_where_it_stopped(GhcbFake *f)
{
    const uint64_t entries[] = {
        PRIVATE | HOLE, SHARED | TWO_MB | 0x400000 | 511, SHARED | 0x7000 | 1,
        PSMASH | 0x8000,
    };

    /* The first is not looked at; of the second one page is left. */
    fake_snp(f);
    psc(f, 1, 3, entries, 4);
    fake_expect(f, DONE, 0);
    g_assert_cmpstr(f->log->str, ==, "shared 5ff000");
    g_assert_cmpuint(psc_cur_entry(f), ==, 4);
    g_assert_cmphex(psc_entry(f, 3), ==, PSMASH | 0x8000 | 1);
}

static const struct {
    const char *name;
    uint64_t entry;
    uint64_t error;
} bad_entries[] = {
    { "2M at a page that is not the first of 2M", PRIVATE | TWO_MB | 0x1000,
      0x100000002 },
    { "more pages done than there are", PRIVATE | 0x5000 | 2, 0x100000002 },
    { "more of 2M", PRIVATE | TWO_MB | 0x400000 | 513, 0x100000002 },
    { "no page of the guest", PRIVATE | HOLE, 0x10000000000 },
};

static void a_bad_entry_stops_the_request(GhcbFake *f)
{
    fake_snp(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(bad_entries); i++) {
        const uint64_t entries[] = {
            PRIVATE | 0x5000, bad_entries[i].entry, PRIVATE | 0x6000,
        };

        g_test_message("%s", bad_entries[i].name);
        psc(f, 0, 2, entries, 3);
        g_assert_cmphex(fake_get(f, INFO_1), ==, DONE);
        g_assert_cmphex(fake_get(f, INFO_2), ==, bad_entries[i].error);
        g_assert_cmpuint(psc_cur_entry(f), ==, 1);
        g_assert_cmphex(psc_entry(f, 1), ==, bad_entries[i].entry);
        g_assert_cmphex(psc_entry(f, 2), ==, PRIVATE | 0x6000);
        g_assert_null(strstr(f->log->str, "6000"));
        g_assert_cmpuint(f->diagnosis->len, >, 0);
    }
}

static void a_request_has_at_most_253_entries(GhcbFake *f)
{
    uint64_t entries[253];

    for (unsigned i = 0; i < 253; i++) {
        entries[i] = SHARED | (uint64_t)i << 12;
    }
    fake_snp(f);
    psc(f, 0, 252, entries, 253);
    fake_expect(f, DONE, 0);
    g_assert_cmpuint(psc_cur_entry(f), ==, 253);

    psc(f, 0, 253, entries, 253);
    g_assert_cmphex(fake_get(f, INFO_1), ==, DONE);
    g_assert_cmphex(fake_get(f, INFO_2), ==, 0x100000001);
    g_assert_cmpstr(f->log->str, ==, "");

    /* Nothing is to be done between the last and the one before it. */
    psc(f, 5, 4, entries, 6);
    fake_expect(f, DONE, 0);
    g_assert_cmpstr(f->log->str, ==, "");
}

/* A scratch area that begins later has room for less. */
static void the_entries_end_with_the_shared_buffer(GhcbFake *f)
{
    const uint64_t entry = GUINT64_TO_LE(SHARED | 0x7000);
    const uint64_t at = GHCB_AT + BUFFER_END - 8 - 2 * sizeof(entry);

    fake_snp(f);
    for (unsigned entries = 1; entries <= 3; entries++) {
        fake_begin(f, PSC, 0, 0);
        memset(fake_at(f, at), 0, 8);
        *fake_at(f, at + 2) = entries - 1;
        memcpy(fake_at(f, at + 8), &entry, sizeof(entry));
        memcpy(fake_at(f, at + 16), &entry, sizeof(entry));
        fake_set(f, SCRATCH, at);
        fake_vmgexit(f);
        g_assert_cmphex(fake_get(f, INFO_1), ==, DONE);
        g_assert_cmphex(fake_get(f, INFO_2), ==,
                        entries < 3 ? 0 : 0x100000001);
        g_assert_true((f->log->len > 0) == (entries < 3));
    }
    /* Without room for a header there is no scratch area. */
    fake_begin(f, PSC, 0, 0);
    fake_set(f, SCRATCH, GHCB_AT + BUFFER_END - 7);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, BAD_SCRATCH);
}

static void they_may_be_outside_as_before(GhcbFake *f)
{
    const uint64_t entry = GUINT64_TO_LE(SHARED | 0x7000);

    fake_snp(f);
    for (unsigned legacy = 0; legacy < 2; legacy++) {
        f->guest.legacy = legacy;
        fake_begin(f, PSC, 0, 0);
        memset(fake_at(f, AREA), 0, 8);
        memcpy(fake_at(f, AREA + 8), &entry, sizeof(entry));
        fake_set(f, SCRATCH, AREA);
        fake_vmgexit(f);
        fake_expect(f, legacy ? DONE : MALFORMED, legacy ? 0 : BAD_SCRATCH);
        g_assert_cmpstr(f->log->str, ==, legacy ? "shared 7000" : "");
    }
}

static void the_entries_have_to_be_where_the_guest_may_have_them(GhcbFake *f)
{
    fake_snp(f);
    f->guest.legacy = true;
    for (unsigned i = 0; i < 3; i++) {
        const uint64_t at[] = { HOLE, HOLE - 8, GHCB_AT };

        fake_begin(f, PSC, 0, 0);
        memset(fake_at(f, HOLE - 8), 0, 8);
        fake_set(f, SCRATCH, at[i]);
        fake_vmgexit(f);
        fake_expect(f, MALFORMED, BAD_SCRATCH);
        g_assert_cmpstr(f->log->str, ==, "");
    }
    fake_begin(f, PSC, 0, 0);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, MISSING);
}

static const struct {
    const char *name;
    uint64_t info_1;
    bool rax;
    uint64_t answer_1, answer_2;
    const char *log;
} ap_rows[] = {
    { "create", 3ull << 32 | 1, true, DONE, 0, "ap 3 at 0: 1, 7000, 1" },
    { "create on INIT", 2ull << 32, true, DONE, 0, "ap 2 at 0: 0, 7000, 1" },
    { "destroy", 1ull << 32 | 2, false, DONE, 0, "ap 1 at 0: 2, 7000, 0" },
    { "without SEV_FEATURES", 1ull << 32 | 1, false, MALFORMED, MISSING, "" },
    { "no such CPU", 9ull << 32 | 1, true, MALFORMED, BAD_INPUT,
      "ap 9 at 0: 1, 7000, 1" },
    { "no such request", 1ull << 32 | 3, true, MALFORMED, BAD_INPUT, "" },
    { "at VMPL 2", 1ull << 32 | 0x20001, true, DONE, 0,
      "ap 1 at 2: 1, 7000, 1" },
    { "on INIT at VMPL 15", 1ull << 32 | 0xf0000, true, DONE, 0,
      "ap 1 at 15: 0, 7000, 1" },
    { "destroyed at VMPL 3", 1ull << 32 | 0x30002, false, DONE, 0,
      "ap 1 at 3: 2, 7000, 0" },
    { "with a reserved bit", 1ull << 32 | 0x100001, true, MALFORMED,
      BAD_INPUT, "" },
};

static void aps_are_created(GhcbFake *f)
{
    fake_snp(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(ap_rows); i++) {
        g_test_message("%s", ap_rows[i].name);
        fake_begin(f, AP_CREATION, ap_rows[i].info_1, 0x7000);
        if (ap_rows[i].rax) {
            fake_set(f, RAX, 1);
        }
        fake_vmgexit(f);
        g_assert_cmphex(fake_get(f, INFO_1), ==, ap_rows[i].answer_1);
        g_assert_cmphex(fake_get(f, INFO_2), ==, ap_rows[i].answer_2);
        g_assert_cmpstr(f->log->str, ==, ap_rows[i].log);
    }
}

static const struct {
    uint64_t vmpl;
    const char *log;
    bool runs;
} vmpl_rows[] = {
    { 0, "run 0", true },
    { 2, "run 2", true },
    { 3, "run 3", false },
    { 255, "run 255", false },
    { 1ull << 32 | 2, "run 4294967298", false },
};

/* The answer is there before it runs. */
static void another_vmpl_runs(GhcbFake *f)
{
    fake_snp(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(vmpl_rows); i++) {
        bool runs = vmpl_rows[i].runs;

        fake_begin(f, RUN_VMPL, vmpl_rows[i].vmpl, 0);
        fake_vmgexit(f);
        g_assert_cmpint(f->action, ==, runs ? GHCB_LEAVE : GHCB_RESUME);
        fake_expect(f, runs ? DONE : MALFORMED, runs ? 0 : BAD_INPUT);
        g_assert_cmpstr(f->log->str, ==, vmpl_rows[i].log);
    }
}

static void another_vmpl_runs_by_msr(GhcbFake *f)
{
    fake_snp(f);
    f->vcpu.msr = 2ull << 32 | 0x016;
    g_assert_cmpint(ghcb_vmgexit(&f->vcpu), ==, GHCB_LEAVE);
    g_assert_cmphex(f->vcpu.msr, ==, 0x017);
    f->vcpu.msr = 3ull << 32 | 0x016;
    g_assert_cmpint(ghcb_vmgexit(&f->vcpu), ==, GHCB_RESUME);
    g_assert_cmphex(f->vcpu.msr, ==, 0xffffffff00000017);
}

static void events_have_a_doorbell(GhcbFake *f)
{
    fake_snp(f);
    for (unsigned request = 0; request < 5; request++) {
        bool known = request < 4;

        fake_begin(f, DOORBELL, request, AREA);
        fake_vmgexit(f);
        fake_expect(f, known ? DONE : MALFORMED, known ? AREA : BAD_INPUT);
    }
    fake_begin(f, DOORBELL, 1, HOLE);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, BAD_INPUT);
    fake_begin(f, HV_IPI, 5ull << 32 | 0x31, 0);
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);
    g_assert_cmpstr(f->log->str, ==, "ipi 500000031");
    fake_begin(f, HV_IPI, HOLE, 0);
    fake_vmgexit(f);
    fake_expect(f, MALFORMED, BAD_INPUT);
}

static void apic_ids_go_to_a_page(GhcbFake *f)
{
    const uint32_t want[] = { GUINT32_TO_LE(3), 0, GUINT32_TO_LE(2),
                              GUINT32_TO_LE(0x104) };

    fake_snp(f);
    fake_begin(f, GET_APIC_IDS, AREA, 0);
    fake_set(f, RAX, 1);
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);
    g_assert_cmpmem(fake_at(f, AREA), sizeof(want), want, sizeof(want));

    /* None is given: that is how many it takes. */
    fake_begin(f, GET_APIC_IDS, AREA, 0);
    fake_set(f, RAX, 0);
    fake_vmgexit(f);
    fake_expect(f, DONE, 0);
    g_assert_cmphex(fake_get(f, RAX), ==, 1);

    for (unsigned i = 0; i < 2; i++) {
        fake_begin(f, GET_APIC_IDS, i ? HOLE : AREA + 8, 0);
        fake_set(f, RAX, 1);
        fake_vmgexit(f);
        g_assert_cmphex(fake_get(f, INFO_1), ==, MALFORMED);
        g_assert_cmphex(fake_get(f, INFO_2), ==, BAD_INPUT);
    }
}

/* Firmware without messages: UNSUPPORTED (0x15), of the two pages none. */
static void other_guests_cannot_ask(GhcbFake *f)
{
    const unsigned codes[] = { PSC, GUEST_REQUEST, EXT_GUEST_REQUEST,
                               AP_CREATION, DOORBELL, HV_IPI, GET_APIC_IDS,
                               RUN_VMPL };

    for (unsigned i = 0; i < G_N_ELEMENTS(codes); i++) {
        fake_begin(f, codes[i], AREA, AREA + PAGE);
        fake_set(f, RAX, 1);
        fake_set(f, SCRATCH, GHCB_AT + BUFFER);
        fake_vmgexit(f);
        fake_expect(f, MALFORMED, MISSING);
        g_assert_cmpstr(f->log->str, ==, "");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/ghcb/snp/a-ghcb-has-to-be-registered",
             a_ghcb_has_to_be_registered);
    ADD_TEST("/ghcb/snp/the-registration-is-forgotten-at-reset",
             the_registration_is_forgotten_at_reset);
    ADD_TEST("/ghcb/snp/requests-by-msr", requests_by_msr);
    ADD_TEST("/ghcb/snp/pages-change-entry-by-entry",
             pages_change_entry_by_entry);
    ADD_TEST("/ghcb/snp/a-request-goes-on-where-it-stopped",
             a_request_goes_on_where_it_stopped);
    ADD_TEST("/ghcb/snp/a-bad-entry-stops-the-request",
             a_bad_entry_stops_the_request);
    ADD_TEST("/ghcb/snp/a-request-has-at-most-253-entries",
             a_request_has_at_most_253_entries);
    ADD_TEST("/ghcb/snp/the-entries-have-to-be-where-the-guest-may-have-them",
             the_entries_have_to_be_where_the_guest_may_have_them);
    ADD_TEST("/ghcb/snp/the-entries-end-with-the-shared-buffer",
             the_entries_end_with_the_shared_buffer);
    ADD_TEST("/ghcb/snp/they-may-be-outside-as-before",
             they_may_be_outside_as_before);
    ADD_TEST("/ghcb/snp/aps-are-created", aps_are_created);
    ADD_TEST("/ghcb/snp/another-vmpl-runs", another_vmpl_runs);
    ADD_TEST("/ghcb/snp/another-vmpl-runs-by-msr", another_vmpl_runs_by_msr);
    ADD_TEST("/ghcb/snp/events-have-a-doorbell", events_have_a_doorbell);
    ADD_TEST("/ghcb/snp/apic-ids-go-to-a-page", apic_ids_go_to_a_page);
    ADD_TEST("/ghcb/snp/other-guests-cannot-ask", other_guests_cannot_ask);
    return g_test_run();
}
