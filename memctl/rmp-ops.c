/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a guest's instructions on the Reverse Map Table: PVALIDATE, RMPADJUST
 * and RMPQUERY (APM volume 3; volume 2 sections 15.36.6, 15.36.7, 15.36.11).
 */

#include <string.h>

#include "memctl/rmp-table.h"

/* What the three have in common, from the operand to the entry */
typedef struct Op {
    RmpAccess access;
    unsigned page_size;                 /* asked for */
    bool may_be_invalid;                /* PVALIDATE */
    RmpPlace place;
    unsigned slot;
    RmpView view;
    RmpResult *result;
} Op;

static void op_begin(Op *op, const RmpOperand *operand, unsigned page_size,
                     RmpResult *result)
{
    memset(result, 0, sizeof(*result));
    *op = (Op) {
        .access = operand->access,
        .page_size = page_size,
        .result = result,
    };
    op->access.c_bit = true;
    op->access.kind = RMP_WRITE;
}

static bool op_fail(Op *op, uint32_t status)
{
    op->result->status = status;
    return false;
}

static bool op_raise(Op *op, RmpRule rule, const RmpView *view)
{
    return rmp_raise(&op->result->fault, rule, &op->access, view);
}

/* Table 15-40: who is told that sizes differ depends on which is greater */
static bool op_sizes_fit(Op *op)
{
    bool is_2m = op->view.fields & SLOT_2M;
    bool nested_2m = op->access.page_size != RMP_PAGE_4K;

    if (op->page_size == RMP_PAGE_4K) {
        return !is_2m && !nested_2m ? true :
               op_raise(op, RMP_RULE_OPERAND_SIZE, &op->view);
    }
    if (!is_2m || !nested_2m) {
        return op_fail(op, RMP_FAIL_SIZEMISMATCH);
    }
    /* The guest's own tables may map 4K inside these 2 MiB to rAX. */
    return op->place.index ? op_fail(op, RMP_FAIL_INPUT) : true;
}

/* Fill in what decides, unless a rule is broken: then false */
static bool op_look(Op *op)
{
    RmpRule rule;

    op->view = rmp_view(&op->place, &op->slot);
    rule = rmp_check_owner(&op->view, &op->access);
    if (rule != RMP_RULE_NONE) {
        return op_raise(op, rule, &op->view);
    }
    if (!op_sizes_fit(op)) {
        return false;
    }
    if (op->view.fields & SLOT_IN_USE) {
        return op_raise(op, RMP_RULE_IN_USE, &op->view);
    }
    if (!op->may_be_invalid && !(op->view.fields & SLOT_VALIDATED)) {
        return op_raise(op, RMP_RULE_NOT_VALIDATED, &op->view);
    }
    return true;
}

static bool op_find(const Rmp *rmp, Op *op)
{
    return rmp_find(rmp, op->access.spa, &op->place) ||
           op_raise(op, RMP_RULE_NOT_COVERED, NULL);
}

static bool is_misaligned(const RmpOperand *operand, unsigned page_size)
{
    /* Bits 11:0 of rAX are ignored. */
    return page_size == RMP_PAGE_2M &&
           operand->va % RMP_2M_PAGE_SIZE >= RMP_PAGE_SIZE;
}

void rmp_pvalidate(Rmp *rmp, void *who, const RmpOperand *operand,
                   uint32_t ecx, uint32_t edx, RmpResult *result)
{
    /* Other bits should be zero; kernels pass a bool and may leave some. */
    unsigned page_size = ecx & 1;
    uint64_t validated = edx & 1 ? SLOT_VALIDATED : 0;
    RmpView old;
    Op op;

    op_begin(&op, operand, page_size, result);
    op.may_be_invalid = true;
    if (operand->access.vmpl) {
        op_raise(&op, RMP_RULE_NOT_VMPL0, NULL);
        return;
    }
    if (is_misaligned(operand, page_size)) {
        op_fail(&op, RMP_FAIL_INPUT);
        return;
    }
    if (!op_find(rmp, &op)) {
        return;
    }
    rmp_lock(rmp, op.access.spa);
    if (!op_look(&op)) {
        rmp_unlock(rmp, op.access.spa);
        return;
    }
    old = op.view;
    result->carry = (old.fields & SLOT_VALIDATED) == validated;
    op.view.fields = (old.fields & ~SLOT_VALIDATED) | validated;
    slot_write(&op.place, op.slot, &op.view);
    rmp_unlock(rmp, op.access.spa);
    rmp_tell(rmp, who, op.access.spa, &old, &op.view);
}

/* The operands alone, before the page */
static bool adjust_may(Op *op, const RmpOperand *operand, uint64_t rdx)
{
    unsigned target = rdx & RMP_ATTR_VMPL_MASK;
    unsigned mask = (rdx & RMP_ATTR_PERM_MASK) >> RMP_ATTR_PERM_SHIFT;

    if (is_misaligned(operand, op->page_size) || target >= RMP_VMPLS ||
        rdx & RMP_ATTR_RESERVED || mask & RMP_PERM_RESERVED) {
        return op_fail(op, RMP_FAIL_INPUT);
    }
    /* 15.36.7: permissions of numerically higher VMPLs alone */
    if (target <= operand->access.vmpl) {
        return op_fail(op, RMP_FAIL_PERMISSION);
    }
    return true;
}

static bool adjust_locked(Op *op, uint64_t rdx)
{
    unsigned target = rdx & RMP_ATTR_VMPL_MASK;
    unsigned mask = (rdx & RMP_ATTR_PERM_MASK) >> RMP_ATTR_PERM_SHIFT;

    if (!op_look(op)) {
        return false;
    }
    /* Nobody grants what is not permitted to himself. */
    if (mask & ~view_perm(&op->view, op->access.vmpl)) {
        return op_fail(op, RMP_FAIL_PERMISSION);
    }
    op->view.fields &= ~perm_fields(target, RMP_PERM_ALL);
    op->view.fields |= perm_fields(target, mask);
    /* Ignored at other VMPLs */
    if (!op->access.vmpl) {
        op->view.fields &= ~SLOT_VMSA;
        op->view.fields |= rdx & RMP_ATTR_VMSA ? SLOT_VMSA : 0;
    }
    return true;
}

void rmp_adjust(Rmp *rmp, void *who, const RmpOperand *operand, uint64_t rcx,
                uint64_t rdx, RmpResult *result)
{
    RmpView old;
    Op op;

    op_begin(&op, operand, rcx & 1, result);
    if (!adjust_may(&op, operand, rdx) || !op_find(rmp, &op)) {
        return;
    }
    rmp_lock(rmp, op.access.spa);
    old = rmp_view(&op.place, NULL);
    if (!adjust_locked(&op, rdx)) {
        rmp_unlock(rmp, op.access.spa);
        return;
    }
    slot_write(&op.place, op.slot, &op.view);
    rmp_unlock(rmp, op.access.spa);
    rmp_tell(rmp, who, op.access.spa, &old, &op.view);
}

void rmp_query(const Rmp *rmp, const RmpOperand *operand, uint64_t rdx,
               RmpResult *result)
{
    unsigned target = rdx & RMP_ATTR_VMPL_MASK;
    RmpRule rule;
    RmpView view;
    Op op;

    op_begin(&op, operand, RMP_PAGE_4K, result);
    op.access.kind = RMP_READ;
    if (target >= RMP_VMPLS) {
        op_fail(&op, RMP_FAIL_INPUT);
        return;
    }
    /* What a more privileged VMPL may is no business of this one. */
    if (target < operand->access.vmpl) {
        op_fail(&op, RMP_FAIL_PERMISSION);
        return;
    }
    if (!op_find(rmp, &op)) {
        return;
    }
    view = rmp_view(&op.place, NULL);
    rule = rmp_check_owner(&view, &op.access);
    if (rule == RMP_RULE_NONE && !(view.fields & SLOT_VALIDATED)) {
        rule = RMP_RULE_NOT_VALIDATED;
    }
    if (!op_raise(&op, rule, &view)) {
        return;
    }
    result->rcx = view.fields & SLOT_2M ? RMP_PAGE_2M : RMP_PAGE_4K;
    result->rdx = target |
                  (uint64_t)view_perm(&view, target) << RMP_ATTR_PERM_SHIFT |
                  (view.fields & SLOT_VMSA ? RMP_ATTR_VMSA : 0);
}
