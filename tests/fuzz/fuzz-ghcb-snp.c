/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hypervisor/ghcb/ghcb-snp*.c: page state changes, AP creation, Run VMPL, the
 * #HV doorbell and its IPIs, APIC ids and guest requests of a hostile SEV-SNP
 * guest. The input is a series of requests
 * (struct Request below), each with the bytes of its scratch area. What must
 * hold:
 *
 * - Memory is written only where the guest named it: the answer's fields of
 *   the GHCB, the page state changes that it asked for, the list of APIC ids,
 *   the answer to a message, and what MMIO or a string of input brings, whose
 *   codes can be raw ones.
 * - No request touches more pages than 253 entries of 2 MiB have.
 * - The answer is one of the publication's; one that is refused has changed
 *   no page and no CPU, and leaves a line that says why.
 * - Of a scratch area outside of the GHCB nothing is written or done, unless
 *   it was said that it may be there.
 * - A page state change never goes back: the next entry is never before the
 *   one that the guest began with, unless nothing was done.
 * - Another VMPL runs after a request for one that there is, and after no
 *   other.  What is passed on of AP creation and the doorbell is a request that
 *   the publication has; the doorbell's answer is the address that came back.
 * - Whatever the MSR asks for, the answer is the request's, and no memory is
 *   read or written; one page at most is changed.
 */

#include <stdio.h>

#include "fuzz.h"
#include "ghcb-scratch.h"

#define MAX_REQUESTS 16
#define AREA_BYTES   0x1000
#define PAGES_MAX    (253 * 512)
#define HEADER_BYTES 8

enum { NOT_REGISTERED = 1 };

typedef struct Request {
    uint8_t code;               /* in the table below; behind it: raw */
    uint8_t place;              /* of the scratch area, the same; 0x80: it
                                   may be outside of the GHCB */
    uint16_t bytes;             /* of it that follow */
    uint64_t info_1, info_2, rax, raw;
} __attribute__((packed)) Request;

static const uint64_t codes[] = {
    0x80000010, 0x80000011, 0x80000012, 0x80000013, 0x80000017, 0x8000fffd,
    0x80000014, 0x80000015, 0x80000018,
};

enum { DOORBELL = 0x80000014, RUN_VMPL = 0x80000018 };
enum { MSR_RUN_VMPL = 0x16, VMPLS = 3 };        /* that the fixture has */

static const uint64_t places[] = {
    GHCB_AT + BUFFER, AREA, AREA + 4, GHCB_AT + BUFFER_END - HEADER_BYTES,
    HOLE - 12, RAM + RAM_SIZE - HEADER_BYTES, GHCB_AT, 0,
};

/* What the request that is served may write; libFuzzer has one thread. */
static struct {
    uint64_t area, area_len;
    uint64_t list, list_len;
} allowed;

static void check_write(GhcbFake *f, uint64_t gpa, size_t len)
{
    g_assert_true(within(gpa, len, allowed.area, allowed.area_len) ||
                  within(gpa, len, allowed.list, allowed.list_len) ||
                  within(gpa, len, GHCB_AT + RAX, 8) ||
                  within(gpa, len, GHCB_AT + RCX, 24) ||
                  within(gpa, len, GHCB_AT + INFO_1, 16) ||
                  within(gpa, len, GHCB_AT + BITMAP, 16));
}

static void fill_area(FuzzInput *in, GhcbFake *f, uint64_t at, unsigned bytes)
{
    for (unsigned i = 0; i < bytes % AREA_BYTES && in->size; i++) {
        uint8_t byte = fuzz_take_byte(in);

        if (fake_is_ram(f, at + i, 1) && at + i >= GHCB_AT + BUFFER) {
            *fake_at(f, at + i) = byte;
        }
    }
}

static void allow(GhcbFake *f, const Request *request, uint64_t code,
                  uint64_t area)
{
    bool outside = area < GHCB_AT || area >= GHCB_AT + PAGE;

    allowed.area = area;
    allowed.area_len = code != codes[0] ? scratch_filled(f, GHCB_AT)
                       : !outside ? GHCB_AT + BUFFER_END - area
                       : f->guest.legacy ? HEADER_BYTES + 253 * 8 : 0;
    /* Or the answer to a message */
    allowed.list = GUINT64_FROM_LE(code == codes[4] ? request->info_1
                                                    : request->info_2);
    allowed.list_len = code == codes[1] || code == codes[2] ||
                       code == codes[4] ? PAGE : 0;
}

/* The first thing that the request made of the vCPU, in the log's words */
static bool has_done(GhcbFake *f, const char *what)
{
    return g_str_has_prefix(f->log->str, what);
}

static void check_passed_on(GhcbFake *f)
{
    unsigned apic_id, vmpl, request;

    if (sscanf(f->log->str, "ap %u at %u: %u", &apic_id, &vmpl,
               &request) == 3) {
        g_assert_cmpuint(vmpl, <, 16);
        g_assert_cmpuint(request, <, 3);
    }
    if (sscanf(f->log->str, "doorbell %u", &request) == 1) {
        g_assert_cmpuint(request, <, 4);
    }
}

static void check_vmpl(GhcbFake *f, const Request *request, uint64_t code)
{
    bool done = fake_get(f, INFO_1) == DONE;

    g_assert_true((f->action == GHCB_LEAVE) ==
                  (done && code == RUN_VMPL && has_done(f, "run ")));
    if (f->action == GHCB_LEAVE) {
        g_assert_cmphex(GUINT64_FROM_LE(request->info_1), <, VMPLS);
    }
    if (done && code == DOORBELL) {
        g_assert_cmphex(fake_get(f, INFO_2), ==,
                        GUINT64_FROM_LE(request->info_2));
    }
}

static void check_answer(GhcbFake *f)
{
    uint64_t answer_1 = fake_get(f, INFO_1), answer_2 = fake_get(f, INFO_2);

    g_assert_true(answer_1 == DONE || answer_1 == MALFORMED);
    if (answer_1 == MALFORMED) {
        g_assert_true(answer_2 >= NOT_REGISTERED && answer_2 <= BAD_EVENT);
        g_assert_cmpuint(f->diagnosis->len, >, 0);
    }
    g_assert_true(f->ended == (f->action == GHCB_STOP));
    g_assert_cmpuint(f->pages, <=, PAGES_MAX);
}

static void run_page(FuzzInput *in, GhcbFake *f, const Request *request)
{
    uint64_t raw = GUINT64_FROM_LE(request->raw);
    uint64_t code = request->code < G_N_ELEMENTS(codes) ?
                    codes[request->code] : raw;
    unsigned place = request->place & 0x7f;
    uint64_t area = place < G_N_ELEMENTS(places) ? places[place] : raw;

    fake_begin(f, code, GUINT64_FROM_LE(request->info_1),
               GUINT64_FROM_LE(request->info_2));
    fake_set(f, SCRATCH, area);
    fake_set(f, RAX, GUINT64_FROM_LE(request->rax));
    fill_area(in, f, area, GUINT16_FROM_LE(request->bytes));
    f->guest.legacy = request->place & 0x80;
    allow(f, request, code, area);
    f->ended = false;
    f->pages = 0;
    fake_vmgexit(f);
    check_answer(f);
    check_passed_on(f);
    check_vmpl(f, request, code);
}

static void run_msr(GhcbFake *f, uint64_t msr)
{
    uint64_t before = f->bytes;
    bool is_page = !(msr & 0xfff);

    f->vcpu.msr = is_page ? msr | 1 : msr;
    f->ended = false;
    f->pages = 0;
    fake_vmgexit(f);
    g_assert_cmpuint(f->bytes, ==, before);
    g_assert_cmpuint(f->pages, <=, 1);
    g_assert_true((f->action == GHCB_LEAVE) ==
                  ((msr & 0xfff) == MSR_RUN_VMPL &&
                   (msr >> 32 & 0xff) < VMPLS));
    /* No request makes an address of the MSR. */
    g_assert_cmphex(f->vcpu.msr & 0xfff, !=, 0);
    g_assert_true(f->ended == (f->action == GHCB_STOP));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    GhcbFake *f = fake_new();

    fake_snp(f);
    f->check_write = check_write;
    for (unsigned i = 0; in.size && i < MAX_REQUESTS; i++) {
        Request request;

        fuzz_take(&in, &request, sizeof(request));
        if (request.code == UINT8_MAX) {
            run_msr(f, GUINT64_FROM_LE(request.raw));
            f->vcpu.registered_gpa = GHCB_AT;
        } else {
            run_page(&in, f, &request);
        }
    }
    fake_free(f);
    return 0;
}
