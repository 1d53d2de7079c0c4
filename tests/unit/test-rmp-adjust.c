/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RMPADJUST and RMPQUERY of memctl/rmp-ops.c: which VMPL may do what. What
 * they share with PVALIDATE is in test-rmp-ops.c.
 */

#include "rmp-fixture.h"

static uint32_t adjust_by(RmpFixture *f, unsigned vmpl, uint64_t rdx)
{
    RmpOperand operand = operand_at(MEM, P4K);
    RmpResult result;

    operand.access.vmpl = vmpl;
    rmp_adjust(f->rmp, NULL, &operand, P4K, rdx, &result);
    g_assert_cmpuint(result.fault.kind, ==, RMP_FAULT_NONE);
    return result.status;
}

/* Only numerically higher VMPLs: each by each */
static void test_adjust_vmpls(RmpFixture *f)
{
    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    for (unsigned vmpl = 1; vmpl < RMP_VMPLS; vmpl++) {
        must_adjust(f, MEM, P4K, adjust_rdx(vmpl, RMP_PERM_ALL));
    }
    for (unsigned i = 0; i < RMP_VMPLS * RMP_VMPLS; i++) {
        unsigned by = i / RMP_VMPLS, of = i % RMP_VMPLS;
        RmpEntry before = entry_at(f, MEM), after;
        uint32_t status = adjust_by(f, by, adjust_rdx(of, 3));

        g_assert_cmpuint(status, ==, of > by ? RMP_SUCCESS :
                         RMP_FAIL_PERMISSION);
        after = entry_at(f, MEM);
        for (unsigned j = 0; j < RMP_VMPLS; j++) {
            g_assert_cmpuint(rmp_entry_perm(&after, j), ==,
                             j == of && of > by ? 3 :
                             rmp_entry_perm(&before, j));
        }
        for (unsigned j = 1; j < RMP_VMPLS; j++) {
            must_adjust(f, MEM, P4K, adjust_rdx(j, RMP_PERM_ALL));
        }
    }
}

/* Nobody grants what he has not */
static void test_adjust_grant(RmpFixture *f)
{
    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    must_adjust(f, MEM, P4K, adjust_rdx(1, 0x5));
    for (unsigned mask = 0; mask <= RMP_PERM_ALL; mask++) {
        g_assert_cmpuint(adjust_by(f, 1, adjust_rdx(2, mask)), ==,
                         mask & ~0x5 ? RMP_FAIL_PERMISSION : RMP_SUCCESS);
    }
}

static void test_adjust_input(RmpFixture *f)
{
    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    g_assert_cmpuint(adjust_by(f, 0, RMP_VMPLS), ==, RMP_FAIL_INPUT);
    g_assert_cmpuint(adjust_by(f, 0, 0xff), ==, RMP_FAIL_INPUT);
    g_assert_cmpuint(adjust_by(f, 3, RMP_VMPLS), ==, RMP_FAIL_INPUT);
    g_assert_cmpuint(adjust_by(f, 0, adjust_rdx(1, 0x10)), ==,
                     RMP_FAIL_INPUT);
    for (unsigned bit = 17; bit < 64; bit++) {
        g_assert_cmpuint(adjust_by(f, 0, 1 | 1ull << bit), ==,
                         RMP_FAIL_INPUT);
    }
}

/* VMSA: VMPL0's to set and clear; others' wish is ignored */
static void test_adjust_vmsa(RmpFixture *f)
{
    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    must_adjust(f, MEM, P4K, adjust_rdx(1, RMP_PERM_ALL) | RMP_ATTR_VMSA);
    g_assert_true(entry_at(f, MEM).vmsa);
    g_assert_cmpuint(adjust_by(f, 1, 2), ==, RMP_SUCCESS);
    g_assert_true(entry_at(f, MEM).vmsa);
    must_adjust(f, MEM, P4K, adjust_rdx(1, RMP_PERM_ALL));
    g_assert_false(entry_at(f, MEM).vmsa);
    g_assert_cmpuint(adjust_by(f, 1, 2 | RMP_ATTR_VMSA), ==, RMP_SUCCESS);
    g_assert_false(entry_at(f, MEM).vmsa);
    /* How Linux finds out that it is not at VMPL0 */
    g_assert_cmpuint(adjust_by(f, 1, 1 | RMP_ATTR_VMSA), ==,
                     RMP_FAIL_PERMISSION);
}

static void check_query(RmpFixture *f, uint64_t spa, unsigned page_size)
{
    RmpOperand operand = operand_at(spa, page_size);
    RmpResult result;

    must_assign(f, spa, page_size);
    must_validate(f, spa, page_size);
    must_adjust(f, spa, page_size, adjust_rdx(2, 0x9) | RMP_ATTR_VMSA);
    for (unsigned i = 0; i < RMP_VMPLS * RMP_VMPLS; i++) {
        static const uint8_t perms[] = { 0xf, 0, 0x9, 0 };
        unsigned by = i / RMP_VMPLS, of = i % RMP_VMPLS;

        operand.access.vmpl = by;
        rmp_query(f->rmp, &operand, of, &result);
        g_assert_cmpuint(result.fault.kind, ==, RMP_FAULT_NONE);
        g_assert_cmpuint(result.status, ==, of < by ? RMP_FAIL_PERMISSION :
                         RMP_SUCCESS);
        if (of >= by) {
            g_assert_cmpuint(result.rcx, ==, page_size);
            g_assert_cmphex(result.rdx, ==,
                            adjust_rdx(of, perms[of]) | 0x10000);
        }
    }
    rmp_query(f->rmp, &operand, RMP_VMPLS, &result);
    g_assert_cmpuint(result.status, ==, RMP_FAIL_INPUT);
}

static void test_query(RmpFixture *f)
{
    check_query(f, MEM, P4K);
    check_query(f, MEM_2M, P2M);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/rmp/adjust/vmpls", test_adjust_vmpls);
    ADD_TEST("/rmp/adjust/grant", test_adjust_grant);
    ADD_TEST("/rmp/adjust/input", test_adjust_input);
    ADD_TEST("/rmp/adjust/vmsa", test_adjust_vmsa);
    ADD_TEST("/rmp/query/vmpls", test_query);
    return g_test_run();
}
