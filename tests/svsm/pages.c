/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page states: see pages.h.  Any of the instructions may fault where the host
 * has not done its part; then it has failed.
 */
#include "exception.h"
#include "pages.h"
#include "snp.h"
#include "svsm.h"

#define FAULT (~0u)

struct operation {
    uint64_t gpa;
    unsigned size;              /* RMP_PAGE_* */
    uint64_t rdx;
    struct rmp_answer answer;
};

static uintptr_t do_pvalidate(uintptr_t operation, uintptr_t unused)
{
    struct operation *o = (struct operation *)operation;

    (void)unused;
    o->answer = pvalidate(o->gpa, o->size, o->rdx);
    return 0;
}

static uintptr_t do_rmpadjust(uintptr_t operation, uintptr_t unused)
{
    struct operation *o = (struct operation *)operation;

    (void)unused;
    o->answer = rmpadjust(o->gpa, o->size, o->rdx);
    return 0;
}

/* EAX, or FAULT */
static uint32_t run(ProbeFn *fn, struct operation *o)
{
    bool done = catch_vc(fn, (uintptr_t)o, 0).vector == NO_FAULT;

    return done ? o->answer.status : FAULT;
}

static uint32_t validate(uint64_t gpa, unsigned size, bool valid,
                         bool ignore_cf)
{
    struct operation o = { .gpa = gpa, .size = size, .rdx = valid };
    uint32_t status = run(do_pvalidate, &o);

    if (status == FAULT) {
        return RMP_FAIL_INPUT;
    }
    return status ? status : o.answer.carry && !ignore_cf ? PAGES_NO_CHANGE
                                                          : RMP_SUCCESS;
}

static uint32_t adjust(uint64_t gpa, unsigned size, unsigned permissions,
                       bool save_area)
{
    struct operation o = {
        .gpa = gpa, .size = size,
        .rdx = GUEST_VMPL | permissions << RMP_ATTR_PERM_SHIFT |
               (save_area ? RMP_ATTR_VMSA : 0),
    };

    return run(do_rmpadjust, &o);
}

uint32_t pages_adjust(uint64_t gpa, unsigned size, unsigned permissions,
                      bool save_area)
{
    uint32_t status = adjust(gpa, size, permissions, save_area);

    return status == FAULT ? RMP_FAIL_INPUT : status;
}

/* Valid as 2M, and its entries split by the host since */
static uint32_t adjust_by_4k(uint64_t gpa, unsigned permissions)
{
    for (uint64_t at = 0; at < SIZE_2M; at += SIZE_4K) {
        uint32_t status = pages_adjust(gpa + at, RMP_PAGE_4K, permissions,
                                       false);

        if (status) {
            return status;
        }
    }
    return RMP_SUCCESS;
}

uint32_t pages_give(uint64_t gpa, unsigned size, bool ignore_cf)
{
    uint32_t status = validate(gpa, size, true, ignore_cf);

    if (status) {
        return status;
    }
    status = pages_adjust(gpa, size, RMP_PERM_ALL, false);
    return status == RMP_FAIL_SIZEMISMATCH && size == RMP_PAGE_2M
           ? adjust_by_4k(gpa, RMP_PERM_ALL) : status;
}

uint32_t pages_take(uint64_t gpa, unsigned size, bool ignore_cf)
{
    uint32_t status = adjust(gpa, size, 0, false);

    /* A fault: it is not valid, which PVALIDATE will say. */
    if (status && status != FAULT) {
        return status;
    }
    return validate(gpa, size, false, ignore_cf);
}
