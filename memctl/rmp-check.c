/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks accesses against the RMP and the VMPL's permissions: APM volume 2,
 * section 15.36.10.
 */

#include <string.h>

#include "memctl/rmp-table.h"

static uint64_t page_of(uint64_t address)
{
    return address & ~(uint64_t)(RMP_PAGE_SIZE - 1);
}

/* The effective C-bit of fetches and page table accesses is always 1. */
static bool is_private(const RmpAccess *access)
{
    return access->c_bit || access->kind > RMP_WRITE;
}

bool rmp_raise(RmpFault *fault, RmpRule rule, const RmpAccess *access,
               const RmpView *view)
{
    RmpAccessKind kind = access->kind;
    bool walk = kind == RMP_WALK || kind == RMP_WALK_WRITE;

    fault->rule = rule;
    /* By far the most frequent: nobody asks for the entry then. */
    if (rule == RMP_RULE_NONE) {
        fault->kind = RMP_FAULT_NONE;
        return true;
    }
    memset(&fault->entry, 0, sizeof(fault->entry));
    if (view) {
        view_to_entry(view, &fault->entry);
    }
    switch (rule) {
    case RMP_RULE_NOT_VALIDATED:
        fault->kind = RMP_FAULT_VC;
        fault->error = RMP_VC_PAGE_NOT_VALIDATED;
        return false;
    case RMP_RULE_NOT_VMPL0:
        fault->kind = RMP_FAULT_GP;
        fault->error = 0;
        return false;
    default:
        break;
    }
    fault->kind = RMP_FAULT_NPF;
    fault->error = RMP_NPF_PRESENT | RMP_NPF_USER | RMP_NPF_RMP |
        (walk ? RMP_NPF_WALK : RMP_NPF_GPA) |
        (kind == RMP_WRITE || kind == RMP_WALK_WRITE ? RMP_NPF_WRITE : 0) |
        (kind == RMP_FETCH_USER || kind == RMP_FETCH_SUPERVISOR ?
         RMP_NPF_FETCH : 0) |
        (is_private(access) ? RMP_NPF_ENC : 0) |
        (rule == RMP_RULE_OPERAND_SIZE ? RMP_NPF_SIZEM : 0) |
        (rule == RMP_RULE_VMPL ? RMP_NPF_VMPL : 0);
    return false;
}

RmpRule rmp_check_owner(const RmpView *view, const RmpAccess *access)
{
    bool is_2m = view->fields & SLOT_2M;
    uint64_t gpa = view->gpa;

    if (is_2m) {
        gpa += page_of(access->spa) % RMP_2M_PAGE_SIZE;
    }
    /* Guest-Owned */
    if (!(view->fields & SLOT_ASSIGNED)) {
        return RMP_RULE_NOT_ASSIGNED;
    }
    if (!access->asid || view_asid(view) != access->asid) {
        return RMP_RULE_OTHER_GUEST;
    }
    /* Reverse-Map */
    if (gpa != page_of(access->gpa)) {
        return RMP_RULE_GPA;
    }
    /* Mutable */
    if (view->fields & SLOT_IMMUTABLE) {
        return RMP_RULE_IMMUTABLE;
    }
    return RMP_RULE_NONE;
}

/* Table 15-36; by section 15.36.7 who may write but not read may neither */
static bool vmpl_permits(const RmpView *view, const RmpAccess *access)
{
    static const uint8_t needs[] = {
        [RMP_READ] = RMP_PERM_READ,
        [RMP_WRITE] = RMP_PERM_READ | RMP_PERM_WRITE,
        [RMP_FETCH_USER] = RMP_PERM_EXEC_USER,
        [RMP_FETCH_SUPERVISOR] = RMP_PERM_EXEC_SUPERVISOR,
        [RMP_WALK] = RMP_PERM_READ,
        [RMP_WALK_WRITE] = RMP_PERM_READ | RMP_PERM_WRITE,
    };
    unsigned perm = view_perm(view, access->vmpl);

    return access->kind <= RMP_WALK_WRITE &&
           (perm & needs[access->kind]) == needs[access->kind];
}

/* Table 15-39: SNP-active, fetch, page table access, or C-bit 1 */
static RmpRule check_private(const RmpView *view, const RmpAccess *access)
{
    RmpRule rule = rmp_check_owner(view, access);

    if (rule != RMP_RULE_NONE) {
        return rule;
    }
    /* Page-Size */
    if (!(view->fields & SLOT_2M) != (access->page_size == RMP_PAGE_4K)) {
        return RMP_RULE_NESTED_SIZE;
    }
    /* After table 15-39: an entry that another processor uses violates too */
    if (view->fields & SLOT_IN_USE) {
        return RMP_RULE_IN_USE;
    }
    /* Validated: of lower priority than the above, of higher than VMPL */
    if (!(view->fields & SLOT_VALIDATED)) {
        return RMP_RULE_NOT_VALIDATED;
    }
    /* VMPL */
    return vmpl_permits(view, access) ? RMP_RULE_NONE : RMP_RULE_VMPL;
}

/* Hypervisor-Owned: for a mapping of 2 MiB, every 4 KiB in it */
static RmpRule check_shared(const RmpPlace *place, const RmpView *view,
                            unsigned page_size)
{
    if (view->fields & SLOT_ASSIGNED) {
        return RMP_RULE_SHARED_ASSIGNED;
    }
    if (page_size != RMP_PAGE_4K && region_count(place)) {
        return RMP_RULE_SHARED_REGION;
    }
    return RMP_RULE_NONE;
}

bool rmp_check(const Rmp *rmp, const RmpAccess *access, RmpFault *fault)
{
    bool private = is_private(access);
    RmpPlace place;
    RmpView view;
    RmpRule rule;

    /* RMP-Covered: what is not is the hypervisor's for ever */
    if (!rmp_find(rmp, access->spa, &place)) {
        rule = private ? RMP_RULE_NOT_COVERED : RMP_RULE_NONE;
        return rmp_raise(fault, rule, access, NULL);
    }
    view = rmp_view(&place, NULL);
    if (private) {
        rule = check_private(&view, access);
    } else if (access->kind == RMP_WRITE || rmp->config.check_shared_reads) {
        rule = check_shared(&place, &view, access->page_size);
    } else {
        rule = RMP_RULE_NONE;
    }
    return rmp_raise(fault, rule, access, &view);
}

RmpRule rmp_check_host(const Rmp *rmp, uint64_t spa, unsigned page_size)
{
    RmpPlace place;
    RmpView view;

    if (!rmp_find(rmp, spa, &place)) {
        return RMP_RULE_NONE;
    }
    view = rmp_view(&place, NULL);
    return check_shared(&place, &view, page_size);
}
