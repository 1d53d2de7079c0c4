/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table itself (memctl/rmp.c) and those who are no guest
 * (memctl/rmp-host.c): PSMASH, RMPREAD, VMRUN, firmware; RMPUPDATE is in
 * test-rmp-update.c.
 */

#include <string.h>

#include "rmp-fixture.h"

static void test_ranges(RmpFixture *f)
{
    RmpEntry entry;

    g_assert_false(rmp_add_range(f->rmp, MEM, MEM_SIZE));
    g_assert_false(rmp_add_range(f->rmp, MEM_2M, RMP_PAGE_SIZE));
    g_assert_false(rmp_add_range(f->rmp, ELSEWHERE, RMP_2M_PAGE_SIZE + 0x1000));
    g_assert_false(rmp_add_range(f->rmp, 0, 0));
    g_assert_false(rmp_add_range(f->rmp, 0x1000, 0x1000));
    g_assert_false(rmp_add_range(f->rmp, 0, 0x800));
    g_assert_false(rmp_add_range(f->rmp, -0x200000ull, 0x201000));
    g_assert_true(rmp_add_range(f->rmp, ELSEWHERE, RMP_2M_PAGE_SIZE));

    /* The last page of the last, not whole, region, and no further */
    g_assert_true(rmp_get(f->rmp, MEM + MEM_SIZE - 1, &entry));
    g_assert_false(rmp_get(f->rmp, MEM + MEM_SIZE, &entry));
    g_assert_true(is_zero(&entry));
    g_assert_false(rmp_get(f->rmp, 0, &entry));
    g_assert_false(rmp_get(f->rmp, UINT64_MAX, &entry));
    g_assert_false(rmp_is_assigned(f->rmp, MEM + MEM_SIZE));
    g_assert_false(rmp_is_assigned(f->rmp, UINT64_MAX));
}

static void test_remove(RmpFixture *f)
{
    RmpEntry entry;

    must_assign(f, MEM_LAST + 15 * RMP_PAGE_SIZE, P4K);
    g_assert_false(rmp_remove_range(f->rmp, MEM, MEM_SIZE));
    must_unassign(f, MEM_LAST + 15 * RMP_PAGE_SIZE, P4K);
    g_assert_false(rmp_remove_range(f->rmp, MEM, RMP_PAGE_SIZE));
    g_assert_false(rmp_remove_range(f->rmp, MEM, MEM_SIZE + 1));
    g_assert_false(rmp_remove_range(f->rmp, MEM_2M, MEM_SIZE));
    g_assert_true(rmp_remove_range(f->rmp, MEM, MEM_SIZE));
    g_assert_false(rmp_get(f->rmp, MEM, &entry));
    g_assert_true(rmp_add_range(f->rmp, MEM, MEM_SIZE));
}

static void test_many_ranges(RmpFixture *f)
{
    unsigned n = 0;

    while (n < 1000 &&
           rmp_add_range(f->rmp, 0x200000000ull + n * 0x200000ull, 0x1000)) {
        n++;
    }
    g_assert_cmpuint(n, >, 30);
    g_assert_cmpuint(n, <, 1000);
    g_assert_true(rmp_remove_range(f->rmp, 0x200000000ull, 0x1000));
    g_assert_true(rmp_add_range(f->rmp, 0x200000000ull, 0x2000));
}

static void test_psmash(RmpFixture *f)
{
    RmpState state = { 0 };

    must_assign(f, MEM_2M, P2M);
    must_validate(f, MEM_2M, P2M);
    must_adjust(f, MEM_2M, P2M, adjust_rdx(3, 5));
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_2M), ==, RMP_SUCCESS);
    for (unsigned i = 0; i < RMP_2M_PAGES; i++) {
        uint64_t spa = MEM_2M + i * RMP_PAGE_SIZE;
        RmpEntry entry = entry_at(f, spa);

        g_assert_cmphex(entry.gpa, ==, spa - MEM + GPA);
        g_assert_cmpuint(entry.page_size, ==, P4K);
        g_assert_cmpuint(rmp_page_state(&entry), ==, RMP_GUEST_VALID);
        g_assert_cmpuint(rmp_entry_perm(&entry, 3), ==, 5);
    }
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_2M), ==, RMP_FAIL_BADADDR);
    /* The 512 are accounted for: all but the last may go, and it counts. */
    for (unsigned i = 0; i < RMP_2M_PAGES; i++) {
        g_assert_cmpuint(rmp_check_host(f->rmp, MEM_2M, P2M), !=,
                         RMP_RULE_NONE);
        must_update(f, MEM_2M + i * RMP_PAGE_SIZE, &state);
    }
    g_assert_cmpuint(rmp_check_host(f->rmp, MEM_2M, P2M), ==, RMP_RULE_NONE);
}

static void test_psmash_input(RmpFixture *f)
{
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_2M), ==, RMP_FAIL_BADADDR);
    must_assign(f, MEM_2M, P2M);
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_2M + RMP_PAGE_SIZE), ==,
                     RMP_FAIL_INPUT);
    g_assert_cmpuint(rmp_psmash(f->rmp, ELSEWHERE), ==, RMP_FAIL_INPUT);
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_LAST), ==, RMP_FAIL_INPUT);
}

static void test_read(RmpFixture *f)
{
    RmpState state;

    g_assert_cmpuint(rmp_read(f->rmp, ELSEWHERE, &state), ==, RMP_FAIL_INPUT);
    must_assign(f, MEM + RMP_PAGE_SIZE, P4K);
    g_assert_cmpuint(rmp_read(f->rmp, MEM + RMP_PAGE_SIZE, &state), ==,
                     RMP_SUCCESS);
    g_assert_cmphex(state.gpa, ==, GPA + RMP_PAGE_SIZE);
    g_assert_cmpuint(state.assigned, ==, 1);
    g_assert_cmpuint(state.page_size, ==, P4K | RMP_STATE_REGION_STATUS);
    g_assert_cmpuint(state.immutable, ==, 0);
    g_assert_cmpuint(state.asid, ==, ASID);
    g_assert_cmpuint(rmp_read(f->rmp, MEM, &state), ==, RMP_SUCCESS);
    g_assert_cmpuint(state.assigned, ==, 0);
    g_assert_cmpuint(state.page_size, ==, P4K | RMP_STATE_REGION_STATUS);
    must_assign(f, MEM_2M, P2M);
    rmp_read(f->rmp, MEM_2M, &state);
    g_assert_cmpuint(state.page_size, ==, P2M | RMP_STATE_REGION_STATUS);
    rmp_read(f->rmp, MEM_LAST, &state);
    g_assert_cmpuint(state.page_size, ==, P4K);
}

static uint32_t firmware(RmpFixture *f, uint64_t spa, RmpPageState from,
                         RmpEntry entry)
{
    return rmp_firmware_change(f->rmp, NULL, spa, from, &entry);
}

/* A launch: the hypervisor prepares, firmware hands over, validated */
static void check_launch(RmpFixture *f, uint64_t spa, unsigned page_size)
{
    RmpState state = guest_state(spa, page_size);
    RmpEntry entry;

    state.immutable = 1;
    must_update(f, spa, &state);
    entry = entry_at(f, spa);
    entry.immutable = 0;
    entry.validated = 1;
    rmp_entry_set_perm(&entry, 3, RMP_PERM_READ);
    g_assert_cmpuint(firmware(f, spa, RMP_GUEST_INVALID, entry), ==,
                     RMP_FAIL_PERMISSION);
    g_assert_cmpuint(state_at(f, spa), ==, RMP_PRE_GUEST);
    g_assert_cmpuint(firmware(f, spa, RMP_PRE_GUEST, entry), ==, RMP_SUCCESS);
    g_assert_cmpuint(state_at(f, spa), ==, RMP_GUEST_VALID);
    entry = entry_at(f, spa);
    g_assert_cmpuint(entry.perm10, ==, 0x0f);
    g_assert_cmpuint(entry.perm32, ==, 0x10);
    must_unassign(f, spa, page_size);
}

static void test_firmware(RmpFixture *f)
{
    RmpState state = { .assigned = 1, .immutable = 1 };
    RmpEntry entry;

    check_launch(f, MEM, P4K);
    check_launch(f, MEM_2M, P2M);
    must_update(f, MEM, &state);
    entry = entry_at(f, MEM);
    entry.vmsa = 1;
    g_assert_cmpuint(firmware(f, MEM, RMP_FIRMWARE, entry), ==, RMP_SUCCESS);
    g_assert_cmpuint(state_at(f, MEM), ==, RMP_CONTEXT);
    entry.vmsa = 0;
    entry.gpa = RMP_PAGE_SIZE;
    g_assert_cmpuint(firmware(f, MEM, RMP_CONTEXT, entry), ==, RMP_SUCCESS);
    g_assert_cmpuint(state_at(f, MEM), ==, RMP_METADATA);
    entry.gpa = 0;
    entry.immutable = 0;
    g_assert_cmpuint(firmware(f, MEM, RMP_METADATA, entry), ==, RMP_SUCCESS);
    g_assert_cmpuint(state_at(f, MEM), ==, RMP_RECLAIM);
    must_unassign(f, MEM, P4K);
}

static void test_firmware_input(RmpFixture *f)
{
    RmpEntry entry = { .assigned = 1, .asid = ASID, .page_size = P2M }, bad;

    bad = entry;
    bad.gpa = RMP_PAGE_SIZE;
    g_assert_cmpuint(firmware(f, MEM, RMP_HYPERVISOR, bad), ==,
                     RMP_FAIL_INPUT);
    bad = entry;
    bad.gpa = 1;
    g_assert_cmpuint(firmware(f, MEM, RMP_HYPERVISOR, bad), ==,
                     RMP_FAIL_INPUT);
    bad = entry;
    bad.asid = RMP_MAX_ASID + 1;
    g_assert_cmpuint(firmware(f, MEM, RMP_HYPERVISOR, bad), ==,
                     RMP_FAIL_INPUT);
    g_assert_cmpuint(firmware(f, ELSEWHERE, RMP_HYPERVISOR, entry), ==,
                     RMP_FAIL_INPUT);
    g_assert_cmpuint(firmware(f, MEM_LAST, RMP_HYPERVISOR, entry), ==,
                     RMP_FAIL_INPUT);
    must_assign(f, MEM + RMP_PAGE_SIZE, P4K);
    g_assert_cmpuint(firmware(f, MEM, RMP_HYPERVISOR, entry), ==,
                     RMP_FAIL_OVERLAP);
}

/* The check alone says the same before. */
static RmpRule vmsa_enter(Rmp *rmp, uint64_t spa, uint64_t gpa, uint32_t asid)
{
    RmpRule rule = rmp_vmsa_check(rmp, spa, gpa, asid);

    g_assert_cmpuint(rmp_vmsa_enter(rmp, NULL, spa, gpa, asid), ==, rule);
    return rule;
}

/* APM table 15-41, SNP-active */
static void test_vmsa(RmpFixture *f)
{
    Rmp *rmp = f->rmp;
    RmpState state = guest_state(MEM, P4K);

    g_assert_cmpuint(vmsa_enter(rmp, ELSEWHERE, GPA, ASID), ==,
                     RMP_RULE_NOT_COVERED);
    g_assert_cmpuint(vmsa_enter(rmp, MEM, GPA, ASID), ==,
                     RMP_RULE_NOT_ASSIGNED);
    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    g_assert_cmpuint(vmsa_enter(rmp, MEM, GPA, ASID), ==,
                     RMP_RULE_NOT_VMSA);
    must_adjust(f, MEM, P4K, 1 | RMP_ATTR_VMSA);
    g_assert_cmpuint(vmsa_enter(rmp, MEM, GPA, ASID + 1), ==,
                     RMP_RULE_OTHER_GUEST);
    g_assert_cmpuint(vmsa_enter(rmp, MEM, GPA + 0x1000, ASID), ==,
                     RMP_RULE_GPA);
    must_assign(f, MEM_2M, P2M);
    g_assert_cmpuint(vmsa_enter(rmp, MEM_2M, GPA + RMP_2M_PAGE_SIZE, ASID),
                     ==, RMP_RULE_NESTED_SIZE);
    f->changes = 0;
    g_assert_cmpuint(vmsa_enter(rmp, MEM, GPA, ASID), ==,
                     RMP_RULE_NONE);
    g_assert_cmpuint(f->changes, ==, 1);
    g_assert_cmpuint(vmsa_enter(rmp, MEM, GPA, ASID), ==,
                     RMP_RULE_IN_USE);
    g_assert_cmpuint(update(f, MEM, (RmpState) { 0 }), ==, RMP_FAIL_INUSE);
    g_assert_cmpuint(firmware(f, MEM, RMP_GUEST_VALID, (RmpEntry) { 0 }), ==,
                     RMP_FAIL_INUSE);
    rmp_vmsa_leave(rmp, MEM);
    rmp_vmsa_leave(rmp, MEM);
    rmp_vmsa_leave(rmp, ELSEWHERE);
    state.immutable = 1;
    must_update(f, MEM, &state);
    g_assert_cmpuint(vmsa_enter(rmp, MEM, GPA, ASID), ==,
                     RMP_RULE_IMMUTABLE);
}

/* Each operation that can take something away says who did. */
static void test_who(RmpFixture *f)
{
    RmpState shared = { 0 };
    RmpOperand operand = operand_at(MEM, P4K);
    RmpResult result;
    RmpEntry entry;
    char who[6];

    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    must_adjust(f, MEM, P4K, adjust_rdx(1, RMP_PERM_ALL));
    rmp_adjust(f->rmp, &who[0], &operand, P4K, 1 | RMP_ATTR_VMSA, &result);
    g_assert_true(f->who == &who[0]);
    g_assert_cmpuint(rmp_vmsa_enter(f->rmp, &who[1], MEM, GPA, ASID), ==,
                     RMP_RULE_NONE);
    g_assert_true(f->who == &who[1]);
    rmp_vmsa_leave(f->rmp, MEM);
    rmp_pvalidate(f->rmp, &who[2], &operand, P4K, 0, &result);
    g_assert_true(f->who == &who[2]);
    must_validate(f, MEM, P4K);
    entry = entry_at(f, MEM);
    entry.validated = 0;
    g_assert_cmpuint(rmp_firmware_change(f->rmp, &who[3], MEM, RMP_GUEST_VALID,
                                         &entry), ==, RMP_SUCCESS);
    g_assert_true(f->who == &who[3]);
    must_validate(f, MEM, P4K);
    g_assert_cmpuint(rmp_update(f->rmp, &who[4], MEM, &shared), ==,
                     RMP_SUCCESS);
    g_assert_true(f->who == &who[4]);
    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    g_assert_cmpuint(rmp_update(f->rmp, NULL, MEM, &shared), ==, RMP_SUCCESS);
    g_assert_null(f->who);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/rmp/ranges/add", test_ranges);
    ADD_TEST("/rmp/ranges/remove", test_remove);
    ADD_TEST("/rmp/ranges/many", test_many_ranges);
    ADD_TEST("/rmp/psmash/all", test_psmash);
    ADD_TEST("/rmp/psmash/input", test_psmash_input);
    ADD_TEST("/rmp/read/fields", test_read);
    ADD_TEST("/rmp/firmware/states", test_firmware);
    ADD_TEST("/rmp/firmware/input", test_firmware_input);
    ADD_TEST("/rmp/vmsa/vmrun", test_vmsa);
    ADD_TEST("/rmp/changed/who", test_who);
    return g_test_run();
}
