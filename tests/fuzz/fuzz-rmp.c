/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memctl/rmp*.c: sequences of operations on the Reverse Map Table. The input
 * is a series of steps (struct Step below). What must hold:
 *
 * - A page that is not assigned has nothing else; a page of 2 MiB is whole,
 *   and every 4 KiB in it say the same.
 * - A private access goes on if, and only if, the entry allows it.
 * - The hypervisor never makes a page validated.
 * - What fails changes nothing; what takes an access away says so, to those
 *   who keep TLBs.
 */

#include "fuzz.h"
#include "tests/unit/rmp-fixture.h"

#define MAX_STEPS 64
#define NPAGES    (MEM_SIZE / RMP_PAGE_SIZE)

enum {
    UPDATE, UPDATE_RAW, PSMASH, PVALIDATE, ADJUST, QUERY, CHECK, FIRMWARE,
    VMSA_ENTER, VMSA_LEAVE, ODD_ADDRESS, OPS
};

typedef struct Step {
    uint8_t op;
    uint8_t page;               /* bits 1:0 region, 7:2 place in it */
    uint8_t size;               /* bit 0 asked for, bit 1 nested mapping */
    uint8_t vmpl;
    uint8_t who;                /* ASID and GPA: see below */
    uint8_t flags;
    uint16_t perms;             /* RMPADJUST: VMPL and mask */
} __attribute__((packed)) Step;

/* All that can be allowed at one page */
typedef struct Allowed {
    bool access[2][RMP_VMPLS][RMP_WALK_WRITE + 1];      /* by ASID */
    bool shared_write;
    RmpEntry entry;
} Allowed;

static uint64_t place_of(const Step *step)
{
    /* The first, the last and some between; the last region is not whole */
    unsigned in = step->page >> 2;

    return MEM + (step->page & 3) * RMP_2M_PAGE_SIZE +
           (in < 60 ? in % 16 : in == 60 ? 511 : 100 + in) * RMP_PAGE_SIZE;
}

static uint32_t asid_of(const Step *step)
{
    return step->who & 1 ? ASID + 1 : ASID;
}

static RmpOperand operand_of(const Step *step)
{
    uint64_t spa = place_of(step);
    RmpOperand operand = operand_at(spa, step->size >> 1 & 1);

    operand.access.asid = asid_of(step);
    operand.access.gpa += step->who & 2 ? RMP_2M_PAGE_SIZE : 0;
    operand.access.gpa += step->who & 4 ? RMP_PAGE_SIZE : 0;
    operand.access.vmpl = step->vmpl % (RMP_VMPLS + 1);
    operand.access.kind = step->flags % (RMP_WALK_WRITE + 1);
    operand.access.c_bit = step->flags & 0x80;
    return operand;
}

static RmpState state_of(const Step *step)
{
    RmpState state = {
        .gpa = operand_of(step).access.gpa,
        .assigned = step->flags & 1,
        .page_size = step->size & 1,
        .immutable = step->flags >> 1 & 1,
        .asid = step->flags & 4 ? 0 : asid_of(step),
    };

    if (state.page_size) {
        state.gpa &= ~(uint64_t)(RMP_2M_PAGE_SIZE - 1);
    }
    return state;
}

/* The rule in another form than rmp-check.c has it */
static bool entry_allows(const RmpEntry *e, const RmpAccess *a)
{
    static const uint8_t masks[] = { 1, 3, 4, 8, 1, 3 };
    uint64_t offset = e->page_size ? a->spa & 0x1ff000 : 0;
    unsigned perm = rmp_entry_perm(e, a->vmpl);

    return e->assigned && e->validated && !e->immutable && a->asid &&
           e->asid == a->asid && e->gpa + offset == (a->gpa & ~0xfffull) &&
           e->page_size == a->page_size &&
           (perm & masks[a->kind]) == masks[a->kind];
}

static Allowed allowed_at(RmpFixture *f, uint64_t spa)
{
    Allowed all = { 0 };
    bool covered = rmp_get(f->rmp, spa, &all.entry);
    unsigned n = 2 * RMP_VMPLS * (RMP_WALK_WRITE + 1);

    for (unsigned i = 0; i < n; i++) {
        RmpAccess access = {
            .spa = spa,
            .gpa = all.entry.gpa +
                   (all.entry.page_size ? spa % RMP_2M_PAGE_SIZE : 0),
            .asid = ASID + i % 2,
            .vmpl = i / 2 % RMP_VMPLS,
            .kind = i / 2 / RMP_VMPLS,
            .page_size = all.entry.page_size,
            .c_bit = true,
        };
        RmpFault fault;
        bool ok = rmp_check(f->rmp, &access, &fault);

        g_assert_true(ok == (covered && fault.rule != RMP_RULE_IN_USE &&
                             entry_allows(&all.entry, &access)));
        all.access[i % 2][access.vmpl][access.kind] = ok;
    }
    all.shared_write = !rmp_check_host(f->rmp, spa, RMP_PAGE_4K);
    g_assert_true(all.shared_write == !all.entry.assigned);
    return all;
}

/* No access that @old allows and @now does not, if nobody was told */
static void check_told(const Allowed *old, const Allowed *now)
{
    const bool *a = &old->access[0][0][0], *b = &now->access[0][0][0];
    bool moved = old->entry.assigned &&
                 (now->entry.asid != old->entry.asid ||
                  (!now->entry.page_size && !old->entry.page_size &&
                   now->entry.gpa != old->entry.gpa));

    for (unsigned i = 0; i < sizeof(old->access); i++) {
        g_assert_true(!a[i] || (b[i] && !moved));
    }
    g_assert_true(!old->shared_write || now->shared_write);
}

static void guest_step(RmpFixture *f, const Step *step, const Allowed *old)
{
    RmpOperand operand = operand_of(step);
    RmpResult result;
    RmpEntry now;

    switch (step->op % OPS) {
    case PVALIDATE:
        rmp_pvalidate(f->rmp, NULL, &operand, step->size & 1, step->flags,
                      &result);
        break;
    case ADJUST:
        rmp_adjust(f->rmp, NULL, &operand, step->size & 1,
                   step->perms | (uint64_t)(step->flags & 3) << 16, &result);
        break;
    default:
        rmp_query(f->rmp, &operand, step->perms, &result);
        break;
    }
    rmp_get(f->rmp, operand.access.spa, &now);
    if (result.fault.kind || result.status || step->op % OPS == QUERY) {
        g_assert_cmpmem(&now, sizeof(now), &old->entry, sizeof(now));
    } else if (step->op % OPS == PVALIDATE) {
        g_assert_cmpuint(now.validated, ==, step->flags & 1);
        g_assert_true(result.carry == (old->entry.validated == now.validated));
    }
    if (!result.fault.kind && !result.status && step->op % OPS != QUERY) {
        g_assert_cmpuint(now.page_size, ==, step->size & 1);
        g_assert_cmpuint(now.page_size, ==, step->size >> 1 & 1);
    }
    g_assert_true(!result.carry || step->op % OPS == PVALIDATE);
    g_assert_true(result.fault.kind == RMP_FAULT_NONE ||
                  result.fault.rule != RMP_RULE_NONE);
}

/* Each 4 KiB has kept its place, and what the 2 MiB said */
static void check_smashed(RmpFixture *f, uint64_t spa, RmpEntry entry)
{
    entry.page_size = RMP_PAGE_4K;
    for (unsigned i = 0; i < RMP_2M_PAGES; i++) {
        RmpEntry now = entry_at(f, spa + i * RMP_PAGE_SIZE);

        g_assert_cmpmem(&now, sizeof(now), &entry, sizeof(entry));
        entry.gpa += RMP_PAGE_SIZE;
    }
}

/* RMPUPDATE and PSMASH: who is no guest cannot accept for him */
static void host_step(RmpFixture *f, const Step *step, uint64_t spa,
                      const Allowed *old)
{
    bool smash = step->op % OPS == PSMASH;
    RmpState state = state_of(step);
    uint64_t gpa;
    uint32_t status;
    RmpEntry now;

    if (step->op % OPS == UPDATE_RAW) {
        state.gpa = (uint64_t)step->perms << 40 | state.gpa;
        state.asid = step->perms << (step->flags >> 4);
        state.reserved = step->flags;
    }
    status = smash ? rmp_psmash(f->rmp, spa) :
             rmp_update(f->rmp, NULL, spa, &state);
    if (!rmp_get(f->rmp, spa, &now)) {
        g_assert_cmpuint(status, ==, RMP_FAIL_INPUT);
        return;
    }
    if (status || old->entry.immutable) {
        g_assert_cmpuint(status, !=, RMP_SUCCESS);
        g_assert_cmpmem(&now, sizeof(now), &old->entry, sizeof(now));
    }
    if (smash && !status) {
        check_smashed(f, spa, old->entry);
    }
    gpa = old->entry.gpa + (old->entry.page_size && !now.page_size ?
                            spa % RMP_2M_PAGE_SIZE & ~0xfffull : 0);
    if (now.validated) {
        g_assert_true(old->entry.validated);
        g_assert_cmpuint(now.asid, ==, old->entry.asid);
        g_assert_cmphex(now.gpa, ==, gpa);
        g_assert_cmpmem(&now.perm10, 2, &old->entry.perm10, 2);
    }
}

static void firmware_step(RmpFixture *f, const Step *step, uint64_t spa)
{
    RmpState state = state_of(step);
    RmpEntry entry = {
        .gpa = state.gpa,
        .asid = state.asid,
        .assigned = state.assigned,
        .validated = step->flags >> 3 & 1,
        .vmsa = step->flags >> 4 & 1,
        .immutable = state.immutable,
        .page_size = state.page_size,
        .perm10 = step->perms,
        .perm32 = step->perms >> 8,
    };
    RmpEntry old = { 0 };

    rmp_get(f->rmp, spa, &old);
    rmp_firmware_change(f->rmp, NULL, spa, rmp_page_state(&old), &entry);
}

static void check_step(RmpFixture *f, const Step *step)
{
    RmpAccess access = operand_of(step).access;
    RmpFault fault;
    char text[64];

    if (!rmp_check(f->rmp, &access, &fault)) {
        rmp_fault_text(&fault, &access, text, sizeof(text));
        g_assert_cmpuint(strlen(text), ==, sizeof(text) - 1);
    }
}

static void run_step(RmpFixture *f, const Step *step)
{
    uint64_t spa = place_of(step);
    Allowed old, now;

    if (step->op % OPS == ODD_ADDRESS) {
        memcpy(&spa, step, sizeof(spa));
    }
    f->changes = 0;
    old = allowed_at(f, spa);
    switch (step->op % OPS) {
    case PVALIDATE:
    case ADJUST:
    case QUERY:
        guest_step(f, step, &old);
        break;
    case CHECK:
        check_step(f, step);
        break;
    case FIRMWARE:
        firmware_step(f, step, spa);
        break;
    case VMSA_ENTER:
        rmp_vmsa_enter(f->rmp, NULL, spa, old.entry.gpa, asid_of(step));
        break;
    case VMSA_LEAVE:
        rmp_vmsa_leave(f->rmp, spa);
        break;
    default:
        host_step(f, step, spa, &old);
        break;
    }
    now = allowed_at(f, spa);
    if (!f->changes) {
        check_told(&old, &now);
    }
}

/* The whole table, at the end */
static void check_table(RmpFixture *f)
{
    static const RmpEntry zero;
    RmpEntry first = zero, entry;

    for (unsigned i = 0, assigned = 0; i < NPAGES; i++) {
        uint64_t spa = MEM + i * RMP_PAGE_SIZE;
        unsigned in = i % RMP_2M_PAGES;
        RmpState state;

        entry = entry_at(f, spa);
        if (!in) {
            first = entry;
            assigned = 0;
        }
        assigned += entry.assigned;
        if (!entry.assigned) {
            g_assert_cmpmem(&entry, sizeof(entry), &zero, sizeof(zero));
        }
        g_assert_cmpuint(entry.page_size, ==, first.page_size);
        if (entry.page_size) {
            g_assert_cmpmem(&entry, sizeof(entry), &first, sizeof(first));
            g_assert_cmpuint(entry.gpa % RMP_2M_PAGE_SIZE, ==, 0);
            g_assert_cmphex(spa, <, MEM_LAST);
        }
        if (in == RMP_2M_PAGES - 1 || i == NPAGES - 1) {
            rmp_read(f->rmp, spa, &state);
            g_assert_true(!assigned ==
                          !(state.page_size & RMP_STATE_REGION_STATUS));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    RmpFixture f;

    fixture_init(&f, false);
    for (unsigned i = 0; in.size && i < MAX_STEPS; i++) {
        Step step;

        fuzz_take(&in, &step, sizeof(step));
        run_step(&f, &step);
    }
    check_table(&f);
    rmp_free(f.rmp);
    return 0;
}
