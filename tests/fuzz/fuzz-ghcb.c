/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hypervisor/ghcb/: what a hostile guest asks for, by GHCBs and by the MSR.
 * The input is a series of steps (struct Step below), and after each of those
 * that make a GHCB what to change in the page. What must hold:
 *
 * - Memory is written only where the guest named it: the answer's fields of
 *   the GHCB, and the scratch area of a request that fills one.
 * - A VMGEXIT does not do more than the greatest scratch area holds.
 * - A string is done as often as the guest has said, or not at all.
 * - With version 2, memory outside of the GHCB is written only if it was said
 *   that it may be, and MMIO has 8 bytes at most.
 * - The answer is one of the publication's, marked as valid, and a request
 *   that is refused has done nothing to ports, devices or memory, and leaves
 *   a line that says why.
 * - What was read once is not read again: with memory that changes under the
 *   hypervisor's hands the same things happen.
 */

#include "fuzz.h"
#include "ghcb-scratch.h"

#define MAX_STEPS   32
#define MAX_CHANGES 64
/* A GHCB's copy and answer, and a scratch area */
#define BYTES_MAX   (0x408 + 6 + 8 * 8 + SCRATCH_MAX)

enum { PAGE_STEP, MSR_STEP, SIPI_STEP, RESUMED_STEP, RESET_STEP, OPS };

typedef struct Step {
    uint8_t op;
    uint8_t flags;              /* 0 memory changes, 1 no MSRs, 2 version 1,
                                   3 requests as before Linux 7.1 */
    uint8_t code;               /* in the table below; behind it: raw */
    uint8_t scratch;            /* the same */
    uint16_t marked;            /* fields, in the order below */
    uint16_t ghcb;              /* 0: where it should be */
    uint64_t info_1, info_2;
    uint64_t raw;               /* MSR, code or scratch area */
    uint8_t changes;            /* pairs that follow: offset, value */
} __attribute__((packed)) Step;

static const uint64_t codes[] = {
    0x27, 0x37, 0x6e, 0x6f, 0x72, 0x76, 0x7b, 0x7c, 0x81, 0x87, 0x89, 0x8a,
    0x8b, 0x80000001, 0x80000002, 0x80000003, 0x80000004, 0x80000005,
    0x8000fffd, 0x8000fffe, 0x8000ffff, 0x41, 0x400,
};

static const uint64_t scratches[] = {
    GHCB_AT + BUFFER, AREA, GHCB_AT + BUFFER_END - 4, AREA + PAGE - 1,
    HOLE - 8, RAM + RAM_SIZE - 8, GHCB_AT - 4, GHCB_AT + INFO_1, 0, ~0ull - 3,
};

static const unsigned fields[] = {
    RAX, RBX, RCX, RDX, CPL, XCR0, SCRATCH, EXIT_CODE, INFO_1, INFO_2,
};

static const unsigned answer[] = { RAX, RCX, RDX, RBX, INFO_1, INFO_2 };

/* What the request that is served may write; libFuzzer has one thread. */
static struct {
    uint64_t gpa;
    uint64_t scratch, scratch_len;
    bool string;
    uint64_t count;
    bool long_mmio;
} allowed;

static void check_write(GhcbFake *f, uint64_t gpa, size_t len)
{
    uint64_t page = allowed.gpa;

    g_assert_true(within(gpa, len, allowed.scratch, allowed.scratch_len) ||
                  within(gpa, len, page + RAX, 8) ||
                  within(gpa, len, page + RCX, 24) ||
                  within(gpa, len, page + INFO_1, 16) ||
                  within(gpa, len, page + BITMAP, 16));
}

/* The scratch area of what is in the GHCB, if it is one to be filled */
static void allow(GhcbFake *f)
{
    uint64_t code = fake_get(f, EXIT_CODE);
    uint64_t info_1 = fake_get(f, INFO_1), info_2 = fake_get(f, INFO_2);

    allowed.gpa = f->vcpu.msr;
    allowed.scratch = fake_get(f, SCRATCH);
    allowed.scratch_len = scratch_filled(f, allowed.gpa);
    allowed.string = code == 0x7b && info_1 & 4;
    allowed.count = info_1 & 0x70 ? info_2 : 0;
    allowed.long_mmio = f->guest.version == 1 || f->guest.legacy;
}

static void change(FuzzInput *in, GhcbFake *f, unsigned count)
{
    for (unsigned i = 0; i < count % (MAX_CHANGES + 1) && in->size; i++) {
        uint16_t at;

        fuzz_take(in, &at, sizeof(at));
        *fake_at(f, GHCB_AT + at % PAGE) ^= fuzz_take_byte(in);
    }
}

static void make_page(FuzzInput *in, GhcbFake *f, const Step *step)
{
    uint64_t code = step->code < G_N_ELEMENTS(codes) ? codes[step->code] :
                    step->raw;
    uint64_t scratch = step->scratch < G_N_ELEMENTS(scratches) ?
                       scratches[step->scratch] : step->raw;

    fake_begin(f, code, GUINT64_FROM_LE(step->info_1),
               GUINT64_FROM_LE(step->info_2));
    fake_set(f, SCRATCH, scratch);
    fake_set(f, CPL, step->flags >> 6);
    fake_set(f, RAX, step->raw);
    fake_set(f, RCX, step->raw >> 8);
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++) {
        fake_mark(f, fields[i], !(step->marked >> i & 1));
    }
    change(in, f, step->changes);
    f->vcpu.msr = GHCB_AT + ((uint64_t)step->ghcb << 12);
}

static void check_bitmap(GhcbFake *f)
{
    unsigned marked = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(answer); i++) {
        g_assert_true(fake_marked(f, answer[i]));
    }
    for (unsigned field = 0; field < 0x400; field += 8) {
        marked += fake_marked(f, field);
    }
    g_assert_cmpuint(marked, ==, G_N_ELEMENTS(answer));
}

static void check_answer(GhcbFake *f)
{
    uint64_t answer_1 = fake_get(f, INFO_1), answer_2 = fake_get(f, INFO_2);

    check_bitmap(f);
    switch (answer_1) {
    case DONE:
        g_assert_cmpuint(f->diagnosis->len, ==, 0);
        g_assert_true(!allowed.string || f->accesses == allowed.count);
        g_assert_true(allowed.string || allowed.long_mmio ||
                      f->accesses <= 1);
        break;
    case EXCEPTION:
        g_assert_cmphex(answer_2, ==, INJECT_GP);
        break;
    case MALFORMED:
        g_assert_true(answer_2 >= BAD_USAGE && answer_2 <= BAD_EVENT);
        g_assert_cmpuint(f->diagnosis->len, >, 0);
        g_assert_cmpuint(f->log->len, ==, 0);
        g_assert_cmpint(f->action, ==, GHCB_RESUME);
        break;
    default:
        g_assert_not_reached();
    }
    g_assert_true(f->ended == (f->action == GHCB_STOP));
    g_assert_true((f->vcpu.hold == GHCB_HOLD_NAE) ==
                  (f->action == GHCB_WAIT));
}

/* @other is the same guest with memory that stays as it is. */
static void check_same(GhcbFake *f, GhcbFake *other)
{
    fake_vmgexit(other);
    g_assert_cmpstr(f->log->str, ==, other->log->str);
    g_assert_cmpint(f->action, ==, other->action);
    for (unsigned i = 0; i < G_N_ELEMENTS(answer); i++) {
        g_assert_cmphex(fake_get(f, answer[i]), ==,
                        fake_get(other, answer[i]));
    }
}

/*
 * A scratch area may begin before the GHCB and reach into it, as for KVM;
 * then the guest itself has asked for some bytes to be read twice.
 */
static bool reaches_into_ghcb(GhcbFake *f)
{
    uint64_t scratch = fake_get(f, SCRATCH);

    return scratch < GHCB_AT && GHCB_AT - scratch <= SCRATCH_MAX;
}

static void run_page(FuzzInput *in, GhcbFake *f, GhcbFake *other,
                     const Step *step)
{
    uint64_t before = f->bytes;
    bool there;

    make_page(in, f, step);
    there = f->vcpu.msr == GHCB_AT;
    f->no_msr = step->flags & 2;
    f->guest.version = step->flags & 4 ? 1 : 2;
    f->guest.legacy = step->flags & 8;
    f->changing = there && step->flags & 1 && !reaches_into_ghcb(f);
    allow(f);
    if (!there) {
        /* What is somewhere else was not made by make_page(). */
        f->check_write = NULL;
    }
    if (f->changing) {
        memcpy(other->ram, f->ram, RAM_SIZE);
        other->vcpu = f->vcpu;
        other->vcpu.opaque = other;
        other->vcpu.guest = &other->guest;
        other->guest = f->guest;
        other->no_msr = f->no_msr;
    }
    f->ended = other->ended = false;
    fake_vmgexit(f);
    g_assert_cmpuint(f->accesses, <=, SCRATCH_MAX);
    g_assert_cmpuint(f->bytes - before, <=, BYTES_MAX);
    if (there) {
        check_answer(f);
    }
    if (f->changing) {
        check_same(f, other);
    }
    f->check_write = check_write;
}

static void run_msr(GhcbFake *f, const Step *step)
{
    uint64_t msr = step->raw ?: step->code, before = f->bytes;

    if (!(msr & 0xfff)) {
        msr |= step->code | 1;
    }
    f->vcpu.msr = msr;
    f->ended = false;
    fake_vmgexit(f);
    g_assert_cmpuint(f->bytes, ==, before);
    g_assert_true(f->ended == (f->action == GHCB_STOP));
    g_assert_true(f->vcpu.msr == msr ||
                  (f->vcpu.msr & 0xfff) == (msr & 0xfff) + 1 ||
                  f->vcpu.msr == 0x0002000133000001 ||
                  f->vcpu.msr == 0x0001000133000001);
}

static void run_step(FuzzInput *in, GhcbFake *f, GhcbFake *other,
                     const Step *step)
{
    switch (step->op % OPS) {
    case PAGE_STEP:
        run_page(in, f, other, step);
        break;
    case MSR_STEP:
        run_msr(f, step);
        break;
    case SIPI_STEP:
        allowed.gpa = f->vcpu.hold_gpa;
        allowed.scratch_len = 0;
        ghcb_sipi(&f->vcpu);
        g_assert_cmpint(f->vcpu.hold, ==, GHCB_HOLD_NONE);
        break;
    case RESUMED_STEP:
        ghcb_resumed(&f->vcpu);
        break;
    case RESET_STEP:
        ghcb_reset(&f->vcpu);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    GhcbFake *f = fake_new(), *other = fake_new();

    f->check_write = check_write;
    for (unsigned i = 0; in.size && i < MAX_STEPS; i++) {
        Step step;

        fuzz_take(&in, &step, sizeof(step));
        run_step(&in, f, other, &step);
    }
    fake_free(f);
    fake_free(other);
    return 0;
}
