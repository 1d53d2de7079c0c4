/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest requests (56421 section 4.1.7): pages, certificates, statuses. What
 * the publication leaves open is KVM's way.
 */

#include "ghcb-fixture.h"

#include <string.h>

enum { REQUEST = 0x80000011, EXTENDED = 0x80000012 };
enum { MESSAGE = AREA, ANSWER = AREA + PAGE, CERTS = AREA + 2 * PAGE };
enum { TYPE = 0x34, KEY = 3, REPORT = 5 };

#define TOO_FEW_PAGES (1ull << 32)

static void put_message(GhcbFake *f, uint8_t type)
{
    memset(fake_at(f, MESSAGE), 0x5a, PAGE);
    fake_at(f, MESSAGE)[TYPE] = type;
    memset(fake_at(f, ANSWER), 0xee, PAGE);
    memset(fake_at(f, CERTS), 0xcc, 5 * PAGE);
}

static void send(GhcbFake *f, uint64_t code, uint64_t from, uint64_t to)
{
    fake_begin(f, code, from, to);
    fake_vmgexit(f);
}

static void send_extended(GhcbFake *f, uint64_t rax, uint64_t rbx)
{
    fake_begin(f, EXTENDED, MESSAGE, ANSWER);
    fake_set(f, RAX, rax);
    fake_set(f, RBX, rbx);
    fake_vmgexit(f);
}

/* All @size bytes at @gpa are @byte. */
static void expect_bytes(GhcbFake *f, uint64_t gpa, size_t size, uint8_t byte)
{
    for (size_t i = 0; i < size; i++) {
        g_assert_cmphex(fake_at(f, gpa)[i], ==, byte);
    }
}

static void expect_answer(GhcbFake *f, uint8_t type)
{
    g_assert_cmphex(fake_at(f, ANSWER)[TYPE], ==, (uint8_t)~type);
    expect_bytes(f, ANSWER + TYPE + 1, PAGE - TYPE - 1, (uint8_t)~0x5a);
}

static void a_message_is_answered(GhcbFake *f)
{
    fake_snp(f);
    for (uint64_t code = REQUEST; code <= EXTENDED; code++) {
        put_message(f, KEY);
        send(f, code, MESSAGE, ANSWER);
        fake_expect(f, DONE, 0);
        expect_answer(f, KEY);
    }
    g_assert_cmpuint(f->messages, ==, 2);
    g_assert_cmpuint(f->diagnoses, ==, 0);
}

static void the_firmware_may_refuse(GhcbFake *f)
{
    fake_snp(f);
    for (uint64_t code = REQUEST; code <= EXTENDED; code++) {
        put_message(f, KEY);
        f->message_status = 0x16;
        send(f, code, MESSAGE, ANSWER);
        fake_expect(f, DONE, 0x16);
        expect_bytes(f, ANSWER, PAGE, 0xee);
    }
    g_assert_cmpuint(f->diagnoses, ==, 0);
}

/* A limit of the host's: nothing was sent, the guest tries again. */
static void the_host_may_be_busy(GhcbFake *f)
{
    fake_snp(f);
    for (uint64_t code = REQUEST; code <= EXTENDED; code++) {
        put_message(f, KEY);
        f->message_status = 2ull << 32;
        send(f, code, MESSAGE, ANSWER);
        fake_expect(f, DONE, 2ull << 32);
        expect_bytes(f, ANSWER, PAGE, 0xee);
    }
    g_assert_cmpuint(f->diagnoses, ==, 0);
}

static void pages_are_checked(GhcbFake *f)
{
    const struct { uint64_t from, to; unsigned reason; } rows[] = {
        { MESSAGE + 1, ANSWER, MISSING }, { MESSAGE, ANSWER + 9, MISSING },
        { MESSAGE, MESSAGE, MISSING }, { HOLE, ANSWER, BAD_INPUT },
        { MESSAGE, HOLE, BAD_INPUT }, { 1ull << 52, ANSWER, BAD_INPUT },
        { MESSAGE, ~0xfffull, BAD_INPUT },
    };

    fake_snp(f);
    for (uint64_t code = REQUEST; code <= EXTENDED; code++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
            put_message(f, KEY);
            f->diagnoses = 0;
            send(f, code, rows[i].from, rows[i].to);
            fake_expect(f, MALFORMED, rows[i].reason);
            g_assert_cmpuint(f->diagnoses, ==, 1);
        }
    }
    g_assert_cmpuint(f->messages, ==, 0);
}

static void certificates_come_with_a_report(GhcbFake *f)
{
    fake_snp(f);
    f->certificates_size = 2 * PAGE + 1;
    put_message(f, REPORT);
    send_extended(f, CERTS, 4);
    fake_expect(f, DONE, 0);
    expect_answer(f, REPORT);
    expect_bytes(f, CERTS, 2 * PAGE + 1, 0xce);
    expect_bytes(f, CERTS + 2 * PAGE + 1, PAGE, 0xcc);
}

/* Nothing is sent, so the message can be sent again as it is. */
static void they_need_room(GhcbFake *f)
{
    fake_snp(f);
    f->certificates_size = 2 * PAGE + 1;
    for (unsigned pages = 0; pages < 3; pages++) {
        put_message(f, REPORT);
        send_extended(f, CERTS, pages);
        fake_expect(f, DONE, TOO_FEW_PAGES);
        g_assert_cmpuint(fake_get(f, RBX), ==, 3);
        expect_bytes(f, CERTS, PAGE, 0xcc);
        expect_bytes(f, ANSWER, PAGE, 0xee);
    }
    g_assert_cmpuint(f->messages, ==, 0);
    send_extended(f, CERTS, 3);
    fake_expect(f, DONE, 0);
    g_assert_cmpuint(f->messages, ==, 1);
}

static void no_certificates_are_an_empty_table(GhcbFake *f)
{
    fake_snp(f);
    put_message(f, REPORT);
    send_extended(f, CERTS, 1);
    fake_expect(f, DONE, 0);
    expect_answer(f, REPORT);
    expect_bytes(f, CERTS, 24, 0);
    expect_bytes(f, CERTS + 24, PAGE, 0xcc);

    put_message(f, REPORT);
    send_extended(f, CERTS, 0);
    fake_expect(f, DONE, 0);
    expect_bytes(f, CERTS, PAGE, 0xcc);
}

static void other_messages_bring_none(GhcbFake *f)
{
    fake_snp(f);
    f->certificates_size = PAGE;
    put_message(f, KEY);
    send_extended(f, CERTS, 0);
    fake_expect(f, DONE, 0);
    expect_answer(f, KEY);
    expect_bytes(f, CERTS, PAGE, 0xcc);
}

static void their_place_is_checked(GhcbFake *f)
{
    fake_snp(f);
    f->certificates_size = PAGE;
    put_message(f, REPORT);
    send(f, EXTENDED, MESSAGE, ANSWER);
    fake_expect(f, MALFORMED, BAD_INPUT);
    send_extended(f, CERTS + 8, 1);
    fake_expect(f, MALFORMED, BAD_INPUT);
    send_extended(f, HOLE, 1);
    fake_expect(f, MALFORMED, BAD_INPUT);
    for (unsigned left = 0; left < 2; left++) {
        fake_begin(f, EXTENDED, MESSAGE, ANSWER);
        fake_set(f, RAX, CERTS);
        fake_set(f, RBX, 1);
        fake_mark(f, left ? RAX : RBX, false);
        fake_vmgexit(f);
        fake_expect(f, MALFORMED, BAD_INPUT);
    }
    g_assert_cmpuint(f->messages, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/ghcb/guest-request/a-message-is-answered",
             a_message_is_answered);
    ADD_TEST("/ghcb/guest-request/the-firmware-may-refuse",
             the_firmware_may_refuse);
    ADD_TEST("/ghcb/guest-request/the-host-may-be-busy", the_host_may_be_busy);
    ADD_TEST("/ghcb/guest-request/pages-are-checked", pages_are_checked);
    ADD_TEST("/ghcb/guest-request/certificates-come-with-a-report",
             certificates_come_with_a_report);
    ADD_TEST("/ghcb/guest-request/they-need-room", they_need_room);
    ADD_TEST("/ghcb/guest-request/no-certificates-are-an-empty-table",
             no_certificates_are_an_empty_table);
    ADD_TEST("/ghcb/guest-request/other-messages-bring-none",
             other_messages_bring_none);
    ADD_TEST("/ghcb/guest-request/their-place-is-checked",
             their_place_is_checked);
    return g_test_run();
}
