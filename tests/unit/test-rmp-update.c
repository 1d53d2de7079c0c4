/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RMPUPDATE, of memctl/rmp-host.c
 */

#include <string.h>

#include "rmp-fixture.h"

/* A guest's new page: VMPL0 may all, others nothing, not validated */
static void check_assigned(RmpFixture *f, uint64_t spa, unsigned page_size)
{
    RmpEntry entry;

    must_assign(f, spa, page_size);
    entry = entry_at(f, spa);
    g_assert_cmphex(entry.gpa, ==, spa - MEM + GPA);
    g_assert_cmpuint(entry.asid, ==, ASID);
    g_assert_true(entry.assigned);
    g_assert_false(entry.validated);
    g_assert_false(entry.vmsa);
    g_assert_false(entry.immutable);
    g_assert_cmpuint(entry.page_size, ==, page_size);
    g_assert_cmpuint(entry.perm10, ==, 0xf);
    g_assert_cmpuint(entry.perm32, ==, 0);
}

static void test_update(RmpFixture *f)
{
    RmpEntry first, last;

    check_assigned(f, MEM + RMP_PAGE_SIZE, P4K);
    check_assigned(f, MEM_2M, P2M);
    first = entry_at(f, MEM_2M);
    last = entry_at(f, MEM_2M + RMP_2M_PAGE_SIZE - 1);
    g_assert_cmpmem(&first, sizeof(first), &last, sizeof(last));
    g_assert_true(rmp_is_assigned(f->rmp, MEM + 2 * RMP_PAGE_SIZE - 1));
    g_assert_false(rmp_is_assigned(f->rmp, MEM));
    g_assert_true(rmp_is_assigned(f->rmp, MEM_2M + RMP_2M_PAGE_SIZE - 1));
    must_unassign(f, MEM + RMP_PAGE_SIZE, P4K);
    must_unassign(f, MEM_2M, P2M);
    g_assert_false(rmp_is_assigned(f->rmp, MEM + RMP_PAGE_SIZE));
    g_assert_false(rmp_is_assigned(f->rmp, MEM_2M));
    first = entry_at(f, MEM + RMP_PAGE_SIZE);
    last = entry_at(f, MEM_2M);
    g_assert_true(is_zero(&first));
    g_assert_true(is_zero(&last));
}

/* Every bit of an address is kept, and one alone is another page. */
static void test_update_gpa(RmpFixture *f)
{
    RmpState state = guest_state(MEM, P4K);
    RmpEntry entry;

    for (unsigned bit = RMP_PAGE_SHIFT; bit < 52; bit++) {
        state.gpa = GPA ^ 1ull << bit;
        must_assign(f, MEM, P4K);
        must_validate(f, MEM, P4K);
        must_update(f, MEM, &state);
        entry = entry_at(f, MEM);
        g_assert_cmphex(entry.gpa, ==, state.gpa);
        g_assert_cmpuint(entry.asid, ==, ASID);
        g_assert_cmpuint(entry.perm10, ==, 0xf);
        g_assert_false(entry.validated || entry.vmsa || entry.immutable ||
                       entry.page_size);
        must_unassign(f, MEM, P4K);
    }
}

static void test_update_input(RmpFixture *f)
{
    RmpState good = guest_state(MEM_2M, P2M), bad;

    bad = good;
    bad.gpa += RMP_PAGE_SIZE;
    g_assert_cmpuint(update(f, MEM_2M, bad), ==, RMP_FAIL_INPUT);
    bad = good;
    bad.gpa |= 1ull << 52;
    g_assert_cmpuint(update(f, MEM_2M, bad), ==, RMP_FAIL_INPUT);
    bad = good;
    bad.asid = RMP_MAX_ASID + 1;
    g_assert_cmpuint(update(f, MEM_2M, bad), ==, RMP_FAIL_INPUT);
    /* Table 15-35 has three owners, and no other combinations */
    bad = good;
    bad.assigned = 0;
    g_assert_cmpuint(update(f, MEM_2M, bad), ==, RMP_FAIL_INPUT);
    bad = good;
    bad.asid = 0;
    g_assert_cmpuint(update(f, MEM_2M, bad), ==, RMP_FAIL_INPUT);
    bad = (RmpState) { .immutable = 1 };
    g_assert_cmpuint(update(f, MEM_2M, bad), ==, RMP_FAIL_INPUT);
    /* Where no 2M are, or no memory */
    g_assert_cmpuint(update(f, MEM_2M + RMP_PAGE_SIZE, good), ==,
                     RMP_FAIL_INPUT);
    g_assert_cmpuint(update(f, MEM_LAST, good), ==, RMP_FAIL_INPUT);
    g_assert_cmpuint(update(f, ELSEWHERE, good), ==, RMP_FAIL_INPUT);
    good.page_size = P4K;
    g_assert_cmpuint(update(f, MEM + MEM_SIZE, good), ==, RMP_FAIL_INPUT);
    g_assert_cmpuint(f->changes, ==, 0);
    g_assert_cmpuint(update(f, MEM_LAST, good), ==, RMP_SUCCESS);
}

static void test_update_overlap(RmpFixture *f)
{
    uint64_t other = MEM_2M + 300 * RMP_PAGE_SIZE;

    /* A page of the 512 is assigned */
    must_assign(f, other, P4K);
    g_assert_cmpuint(update(f, MEM_2M, guest_state(MEM_2M, P2M)), ==,
                     RMP_FAIL_OVERLAP);
    must_unassign(f, other, P4K);
    must_assign(f, MEM_2M, P2M);
    /* 4K in the middle of 2M, to assign or to take away */
    g_assert_cmpuint(update(f, other, guest_state(other, P4K)), ==,
                     RMP_FAIL_OVERLAP);
    g_assert_cmpuint(update(f, other, (RmpState) { 0 }), ==,
                     RMP_FAIL_OVERLAP);
    g_assert_cmpuint(state_at(f, other), ==, RMP_GUEST_INVALID);
}

/* 15.36.11: the size may be changed, and that takes away Validated */
static void test_update_size(RmpFixture *f)
{
    must_assign(f, MEM_2M, P2M);
    must_validate(f, MEM_2M, P2M);
    f->changes = 0;
    must_assign(f, MEM_2M, P4K);
    g_assert_cmpuint(f->changes, ==, 1);
    g_assert_cmpuint(f->npages, ==, RMP_2M_PAGES);
    g_assert_cmpuint(state_at(f, MEM_2M), ==, RMP_GUEST_INVALID);
    g_assert_cmpuint(state_at(f, MEM_2M + RMP_PAGE_SIZE), ==, RMP_HYPERVISOR);
    must_validate(f, MEM_2M, P4K);
    must_assign(f, MEM_2M, P2M);
    g_assert_cmpuint(state_at(f, MEM_2M), ==, RMP_GUEST_INVALID);
    must_unassign(f, MEM_2M, P2M);
    g_assert_cmpuint(rmp_check_host(f->rmp, MEM_2M, P2M), ==, RMP_RULE_NONE);
}

static void test_update_immutable(RmpFixture *f)
{
    RmpState state = { .assigned = 1, .immutable = 1 };

    must_update(f, MEM, &state);
    g_assert_cmpuint(state_at(f, MEM), ==, RMP_FIRMWARE);
    g_assert_cmpuint(entry_at(f, MEM).perm10, ==, 0);
    g_assert_cmpuint(update(f, MEM, (RmpState) { 0 }), ==,
                     RMP_FAIL_PERMISSION);
    g_assert_cmpuint(update(f, MEM, state), ==, RMP_FAIL_PERMISSION);
    state = guest_state(MEM_2M, P2M);
    state.immutable = 1;
    must_update(f, MEM_2M, &state);
    g_assert_cmpuint(state_at(f, MEM_2M), ==, RMP_PRE_GUEST);
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_2M), ==, RMP_FAIL_PERMISSION);
}

/* A hypervisor that takes or moves a validated page is found out */
static void check_robbed(RmpFixture *f, RmpState state)
{
    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    must_adjust(f, MEM, P4K, adjust_rdx(1, 3) | RMP_ATTR_VMSA);
    f->changes = 0;
    must_update(f, MEM, &state);
    g_assert_cmpuint(f->changes, ==, 1);
    must_assign(f, MEM, P4K);
    g_assert_cmpuint(state_at(f, MEM), ==, RMP_GUEST_INVALID);
    g_assert_false(entry_at(f, MEM).vmsa);
    g_assert_cmpuint(entry_at(f, MEM).perm10, ==, 0xf);
}

static void test_update_robbed(RmpFixture *f)
{
    RmpState state = { 0 };

    check_robbed(f, state);
    state = guest_state(MEM, P4K);
    state.gpa += RMP_PAGE_SIZE;
    check_robbed(f, state);
    state = guest_state(MEM, P4K);
    state.asid++;
    check_robbed(f, state);
}

/* 56860 chapter 5: Guest-Valid to Pre-Swap keeps the guest's part */
static void test_update_same(RmpFixture *f)
{
    RmpState state = guest_state(MEM, P4K);
    RmpEntry before, after;

    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    must_adjust(f, MEM, P4K, adjust_rdx(2, 7) | RMP_ATTR_VMSA);
    before = entry_at(f, MEM);
    f->changes = 0;
    must_update(f, MEM, &state);
    after = entry_at(f, MEM);
    g_assert_cmpmem(&before, sizeof(before), &after, sizeof(after));
    g_assert_cmpuint(f->changes, ==, 0);
    state.immutable = 1;
    must_update(f, MEM, &state);
    g_assert_cmpuint(state_at(f, MEM), ==, RMP_PRE_SWAP);
    g_assert_cmpuint(f->changes, ==, 1);
}

static void test_update_changed(RmpFixture *f)
{
    must_assign(f, MEM, P4K);
    g_assert_cmpuint(f->changes, ==, 1);        /* shared accesses end */
    g_assert_cmphex(f->spa, ==, MEM);
    g_assert_cmpuint(f->npages, ==, 1);
    must_unassign(f, MEM, P4K);                 /* nobody could use it */
    g_assert_cmpuint(f->changes, ==, 1);
    must_unassign(f, MEM, P4K);
    g_assert_cmpuint(f->changes, ==, 1);
    must_assign(f, MEM_2M, P2M);
    must_validate(f, MEM_2M, P2M);
    f->changes = 0;
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_2M), ==, RMP_SUCCESS);
    g_assert_cmpuint(f->changes, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/rmp/update/assign", test_update);
    ADD_TEST("/rmp/update/gpa", test_update_gpa);
    ADD_TEST("/rmp/update/input", test_update_input);
    ADD_TEST("/rmp/update/overlap", test_update_overlap);
    ADD_TEST("/rmp/update/size", test_update_size);
    ADD_TEST("/rmp/update/immutable", test_update_immutable);
    ADD_TEST("/rmp/update/robbed", test_update_robbed);
    ADD_TEST("/rmp/update/same", test_update_same);
    ADD_TEST("/rmp/update/changed", test_update_changed);
    return g_test_run();
}
