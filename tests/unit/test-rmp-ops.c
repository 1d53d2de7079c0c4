/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's instructions: memctl/rmp-ops.c. Return codes, faults, the carry
 * flag, sizes and VMPLs of PVALIDATE, RMPADJUST and RMPQUERY.
 */

#include "rmp-fixture.h"

/* One of PVALIDATE, RMPADJUST and RMPQUERY */
typedef void Instruction(RmpFixture *f, const RmpOperand *operand,
                         unsigned page_size, RmpResult *result);

static void pvalidate(RmpFixture *f, const RmpOperand *operand,
                      unsigned page_size, RmpResult *result)
{
    rmp_pvalidate(f->rmp, NULL, operand, page_size, 1, result);
}

static void adjust(RmpFixture *f, const RmpOperand *operand,
                   unsigned page_size, RmpResult *result)
{
    rmp_adjust(f->rmp, NULL, operand, page_size, adjust_rdx(1, RMP_PERM_READ),
               result);
}

static void query(RmpFixture *f, const RmpOperand *operand,
                  unsigned page_size, RmpResult *result)
{
    rmp_query(f->rmp, operand, 1, result);
}

static void assert_status(const RmpResult *result, uint32_t status)
{
    g_assert_cmpuint(result->fault.kind, ==, RMP_FAULT_NONE);
    g_assert_cmpuint(result->status, ==, status);
}

static void assert_npf(const RmpResult *result, RmpRule rule, uint64_t bits)
{
    g_assert_cmpuint(result->fault.kind, ==, RMP_FAULT_NPF);
    g_assert_cmpuint(result->fault.rule, ==, rule);
    g_assert_cmphex(result->fault.error & ~RMP_NPF_WRITE, ==,
                    RMP_NPF_PRESENT | RMP_NPF_USER | RMP_NPF_RMP |
                    RMP_NPF_GPA | RMP_NPF_ENC | bits);
}

static void run_pvalidate(RmpFixture *f, uint64_t spa, unsigned page_size,
                          uint32_t edx, bool carry)
{
    RmpOperand operand = operand_at(spa, page_size);
    RmpResult result;

    /* Bits 31:1 are what a compiler may leave in the registers of a bool. */
    rmp_pvalidate(f->rmp, NULL, &operand, page_size | (edx & ~1u), edx,
                  &result);
    assert_status(&result, RMP_SUCCESS);
    g_assert_true(result.carry == carry);
    g_assert_true(entry_at(f, spa).validated == (edx & 1));
}

/* Back and forth; the carry flag says that nothing was to be done */
static void check_pvalidate(RmpFixture *f, uint64_t spa, unsigned page_size)
{
    must_assign(f, spa, page_size);
    run_pvalidate(f, spa, page_size, 0, true);
    run_pvalidate(f, spa, page_size, 1, false);
    run_pvalidate(f, spa, page_size, 1, true);
    g_assert_cmpuint(state_at(f, spa), ==, RMP_GUEST_VALID);
    run_pvalidate(f, spa, page_size, 0, false);
    g_assert_cmpuint(state_at(f, spa), ==, RMP_GUEST_INVALID);
    run_pvalidate(f, spa, page_size, 0xffffff01, false);
    run_pvalidate(f, spa, page_size, 0xffffff00, false);
}

static void test_pvalidate(RmpFixture *f)
{
    check_pvalidate(f, MEM, P4K);
    check_pvalidate(f, MEM_2M, P2M);
    g_assert_cmpuint(state_at(f, MEM_2M + 511 * RMP_PAGE_SIZE), ==,
                     RMP_GUEST_INVALID);
}

static void test_pvalidate_vmpl(RmpFixture *f)
{
    RmpOperand operand = operand_at(MEM, P4K);
    RmpResult result;

    must_assign(f, MEM, P4K);
    for (unsigned vmpl = 1; vmpl < RMP_VMPLS; vmpl++) {
        operand.access.vmpl = vmpl;
        rmp_pvalidate(f->rmp, NULL, &operand, P4K, 1, &result);
        g_assert_cmpuint(result.fault.kind, ==, RMP_FAULT_GP);
        g_assert_cmpuint(result.fault.error, ==, 0);
        g_assert_cmpuint(result.fault.rule, ==, RMP_RULE_NOT_VMPL0);
        g_assert_false(entry_at(f, MEM).validated);
    }
}

/* Rules that all three share: what the page must be */
static void check_owner(RmpFixture *f, Instruction *run, unsigned page_size)
{
    RmpOperand operand = operand_at(MEM_2M, page_size);
    RmpState firmware = { .assigned = 1, .immutable = 1 };
    RmpState state = guest_state(MEM_2M, page_size);
    RmpResult result;

    run(f, &operand, page_size, &result);
    assert_npf(&result, RMP_RULE_NOT_ASSIGNED, 0);
    state.asid++;
    must_update(f, MEM_2M, &state);
    run(f, &operand, page_size, &result);
    assert_npf(&result, RMP_RULE_OTHER_GUEST, 0);
    must_assign(f, MEM_2M, page_size);
    must_validate(f, MEM_2M, page_size);
    operand.access.gpa += RMP_2M_PAGE_SIZE;
    run(f, &operand, page_size, &result);
    assert_npf(&result, RMP_RULE_GPA, 0);
    operand = operand_at(MEM_2M, page_size);
    run(f, &operand, page_size, &result);
    assert_status(&result, RMP_SUCCESS);
    state = guest_state(MEM_2M, page_size);
    state.immutable = 1;
    must_update(f, MEM_2M, &state);
    run(f, &operand, page_size, &result);
    assert_npf(&result, RMP_RULE_IMMUTABLE, 0);
    must_update(f, MEM, &firmware);
    operand = operand_at(MEM, page_size);
    run(f, &operand, page_size, &result);
    assert_npf(&result, RMP_RULE_OTHER_GUEST, 0);
    operand = operand_at(ELSEWHERE, page_size);
    run(f, &operand, page_size, &result);
    assert_npf(&result, RMP_RULE_NOT_COVERED, 0);
}

static void test_owner(void)
{
    static Instruction *const instructions[] = { pvalidate, adjust, query };

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(instructions); i++) {
        RmpFixture f;

        fixture_init(&f, false);
        check_owner(&f, instructions[i / 2], i % 2);
        rmp_free(f.rmp);
    }
}

/* APM table 15-40, and the same by the nested page table (15.36.6) */
static void check_sizes(RmpFixture *f, Instruction *run)
{
    uint64_t in_2m = MEM_2M + 7 * RMP_PAGE_SIZE;
    RmpOperand operand = operand_at(MEM, P4K);
    RmpResult result;

    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    must_assign(f, MEM_2M, P2M);
    must_validate(f, MEM_2M, P2M);

    run(f, &operand, P2M, &result);
    assert_status(&result, RMP_FAIL_SIZEMISMATCH);
    operand.access.page_size = P2M;
    run(f, &operand, P2M, &result);
    assert_status(&result, RMP_FAIL_SIZEMISMATCH);
    /* Linux looks at the carry flag first. */
    g_assert_false(result.carry);
    run(f, &operand, P4K, &result);
    assert_npf(&result, RMP_RULE_OPERAND_SIZE, RMP_NPF_SIZEM);

    operand = operand_at(in_2m, P4K);
    run(f, &operand, P4K, &result);
    assert_npf(&result, RMP_RULE_OPERAND_SIZE, RMP_NPF_SIZEM);
    operand = operand_at(in_2m, P2M);
    run(f, &operand, P4K, &result);
    assert_npf(&result, RMP_RULE_OPERAND_SIZE, RMP_NPF_SIZEM);
    operand = operand_at(MEM_2M, P4K);
    run(f, &operand, P2M, &result);
    assert_status(&result, RMP_FAIL_SIZEMISMATCH);

    /* After PSMASH it works: so a hypervisor helps. */
    g_assert_cmpuint(rmp_psmash(f->rmp, MEM_2M), ==, RMP_SUCCESS);
    operand = operand_at(in_2m, P4K);
    run(f, &operand, P4K, &result);
    assert_status(&result, RMP_SUCCESS);
}

static void test_pvalidate_sizes(RmpFixture *f)
{
    check_sizes(f, pvalidate);
}

static void test_adjust_sizes(RmpFixture *f)
{
    check_sizes(f, adjust);
}

/* rAX must be aligned to what is asked for; its lowest bits are ignored */
static void check_alignment(RmpFixture *f, Instruction *run)
{
    RmpOperand operand = operand_at(MEM_2M, P2M);
    RmpResult result;

    must_assign(f, MEM_2M, P2M);
    must_validate(f, MEM_2M, P2M);
    operand.va += RMP_PAGE_SIZE;
    run(f, &operand, P2M, &result);
    assert_status(&result, RMP_FAIL_INPUT);
    operand.va -= 1;
    run(f, &operand, P2M, &result);
    assert_status(&result, RMP_SUCCESS);
    /* An aligned address that the guest's tables lead into the middle */
    operand.access.spa += RMP_PAGE_SIZE;
    operand.access.gpa += RMP_PAGE_SIZE;
    run(f, &operand, P2M, &result);
    assert_status(&result, RMP_FAIL_INPUT);
}

static void test_pvalidate_alignment(RmpFixture *f)
{
    check_alignment(f, pvalidate);
}

static void test_adjust_alignment(RmpFixture *f)
{
    check_alignment(f, adjust);
}

static void test_not_validated(RmpFixture *f)
{
    static Instruction *const instructions[] = { adjust, query };

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(instructions); i++) {
        uint64_t spa = i % 2 ? MEM_2M : MEM;
        RmpOperand operand = operand_at(spa, i % 2);
        RmpResult result;

        must_assign(f, spa, i % 2);
        instructions[i / 2](f, &operand, i % 2, &result);
        g_assert_cmpuint(result.fault.kind, ==, RMP_FAULT_VC);
        g_assert_cmphex(result.fault.error, ==, 0x404);
    }
}

static void test_in_use(RmpFixture *f)
{
    RmpOperand operand = operand_at(MEM, P4K);
    RmpResult result;

    must_assign(f, MEM, P4K);
    must_validate(f, MEM, P4K);
    must_adjust(f, MEM, P4K, 1 | RMP_ATTR_VMSA);
    g_assert_cmpuint(rmp_vmsa_enter(f->rmp, NULL, MEM, GPA, ASID), ==,
                     RMP_RULE_NONE);
    rmp_adjust(f->rmp, NULL, &operand, P4K, 1, &result);
    assert_npf(&result, RMP_RULE_IN_USE, 0);
    rmp_pvalidate(f->rmp, NULL, &operand, P4K, 0, &result);
    assert_npf(&result, RMP_RULE_IN_USE, 0);
    g_assert_true(entry_at(f, MEM).vmsa);
    g_assert_true(entry_at(f, MEM).validated);
    rmp_vmsa_leave(f->rmp, MEM);
    rmp_adjust(f->rmp, NULL, &operand, P4K, 1, &result);
    assert_status(&result, RMP_SUCCESS);
    g_assert_false(entry_at(f, MEM).vmsa);
}

/* TLBs: flushed for what is taken away, for these pages, and nothing else */
static void check_changed(RmpFixture *f, uint64_t spa, unsigned page_size)
{
    uint64_t npages = page_size ? RMP_2M_PAGES : 1;

    f->changes = 0;
    must_validate(f, spa, page_size);
    must_adjust(f, spa, page_size, adjust_rdx(1, RMP_PERM_ALL));
    must_adjust(f, spa, page_size, adjust_rdx(1, RMP_PERM_ALL));
    g_assert_cmpuint(f->changes, ==, 0);
    must_adjust(f, spa + 0x123, page_size, adjust_rdx(1, RMP_PERM_READ));
    g_assert_cmpuint(f->changes, ==, 1);
    g_assert_cmphex(f->spa, ==, spa);
    g_assert_cmpuint(f->npages, ==, npages);
    run_pvalidate(f, spa, page_size, 0, false);
    g_assert_cmpuint(f->changes, ==, 2);
    run_pvalidate(f, spa, page_size, 0, true);
    g_assert_cmpuint(f->changes, ==, 2);
}

static void test_changed(RmpFixture *f)
{
    must_assign(f, MEM + RMP_PAGE_SIZE, P4K);
    check_changed(f, MEM + RMP_PAGE_SIZE, P4K);
    must_assign(f, MEM_2M, P2M);
    check_changed(f, MEM_2M, P2M);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/rmp/pvalidate/carry", test_pvalidate);
    ADD_TEST("/rmp/pvalidate/vmpl", test_pvalidate_vmpl);
    ADD_TEST("/rmp/pvalidate/sizes", test_pvalidate_sizes);
    ADD_TEST("/rmp/pvalidate/alignment", test_pvalidate_alignment);
    g_test_add_func("/rmp/ops/owner", test_owner);
    ADD_TEST("/rmp/ops/not-validated", test_not_validated);
    ADD_TEST("/rmp/ops/in-use", test_in_use);
    ADD_TEST("/rmp/ops/changed", test_changed);
    ADD_TEST("/rmp/adjust/sizes", test_adjust_sizes);
    ADD_TEST("/rmp/adjust/alignment", test_adjust_alignment);
    return g_test_run();
}
