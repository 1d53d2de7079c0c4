/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes the Reverse Map Table for those who are no guest: the hypervisor's
 * RMPUPDATE, PSMASH, RMPREAD and VMRUN (APM volume 3; volume 2 sections
 * 15.36.5, 15.36.11, 15.36.12), and the secure processor (56860 chapter 5).
 */

#include <string.h>

#include "memctl/rmp-table.h"

/* Of 2 MiB, all 512 */
static int assigned_pages(const RmpView *view)
{
    return !(view->fields & SLOT_ASSIGNED) ? 0 :
           view->fields & SLOT_2M ? (int)RMP_2M_PAGES : 1;
}

/* Does what is asked for overlap with entries of another size? */
static bool overlaps(const RmpPlace *place, const RmpView *old, bool want_2m)
{
    if (want_2m) {
        return (int)region_count(place) != assigned_pages(old);
    }
    return old->fields & SLOT_2M && place->index;
}

static void commit(const RmpPlace *place, const RmpView *old,
                   const RmpView *now)
{
    /*
     * The count is for shared accesses: never less than what is assigned.
     * The 511 others are zero, before and after.
     */
    if (assigned_pages(now) > assigned_pages(old)) {
        region_add(place, assigned_pages(now) - assigned_pages(old));
    }
    slot_write(place, place->index, now);
    if (assigned_pages(now) < assigned_pages(old)) {
        region_add(place, assigned_pages(now) - assigned_pages(old));
    }
}

/* Page and size as RMPUPDATE wants them; @place is set */
static bool find_page(const Rmp *rmp, uint64_t spa, bool want_2m,
                      RmpPlace *place)
{
    return rmp_find(rmp, spa, place) &&
           (!want_2m || (!place->index && place->npages == RMP_2M_PAGES));
}

static bool state_is_valid(const RmpState *state)
{
    uint64_t align = state->page_size & 1 ? RMP_2M_PAGE_SIZE : RMP_PAGE_SIZE;

    if (state->gpa & ~SLOT_GPA_MASK & ~(uint64_t)(RMP_PAGE_SIZE - 1) ||
        (state->gpa & SLOT_GPA_MASK) % align || state->asid > RMP_MAX_ASID) {
        return false;
    }
    /* Table 15-35: the hypervisor's, firmware's, or a guest's */
    return state->assigned & 1 ? state->asid || state->immutable & 1 :
           !state->asid && !(state->immutable & 1);
}

/* The entry that RMPUPDATE makes of @old */
static RmpView updated(const RmpView *old, const RmpState *state)
{
    RmpView now = { 0 };

    /* Assigned to nobody: all zero, and 4K, so that it hides no others */
    if (!(state->assigned & 1)) {
        return now;
    }
    now.gpa = state->gpa & SLOT_GPA_MASK;
    now.fields = SLOT_ASSIGNED | (state->immutable & 1 ? SLOT_IMMUTABLE : 0) |
                 (state->page_size & 1 ? SLOT_2M : 0) |
                 (uint64_t)state->asid << SLOT_ASID_SHIFT;
    if (old->fields & SLOT_ASSIGNED && old->gpa == now.gpa &&
        view_asid(old) == view_asid(&now) &&
        !((old->fields ^ now.fields) & SLOT_2M)) {
        /* Neither reassigned nor moved: the guest's part stays. */
        now.fields |= old->fields & ~SLOT_IMMUTABLE;
    } else if (state->asid) {
        /* Not validated; all to VMPL0, nothing to others (15.36.7) */
        now.fields |= perm_fields(0, RMP_PERM_ALL);
    }
    return now;
}

uint32_t rmp_update(Rmp *rmp, void *who, uint64_t spa, const RmpState *state)
{
    /* The caller's memory may change meanwhile. */
    RmpState copy = *state;
    bool want_2m = copy.page_size & 1;
    uint32_t status = RMP_SUCCESS;
    RmpView old, now;
    RmpPlace place;

    if (!state_is_valid(&copy) || !find_page(rmp, spa, want_2m, &place)) {
        return RMP_FAIL_INPUT;
    }
    rmp_lock(rmp, spa);
    old = rmp_view(&place, NULL);
    if (old.fields & SLOT_IN_USE) {
        status = RMP_FAIL_INUSE;
    } else if (overlaps(&place, &old, want_2m)) {
        status = RMP_FAIL_OVERLAP;
    } else if (old.fields & SLOT_IMMUTABLE) {
        status = RMP_FAIL_PERMISSION;
    } else {
        now = updated(&old, &copy);
        commit(&place, &old, &now);
    }
    rmp_unlock(rmp, spa);
    if (status == RMP_SUCCESS) {
        rmp_tell(rmp, who, spa, &old, &now);
    }
    return status;
}

static void smash(const RmpPlace *place, RmpView view)
{
    RmpView page;

    view.fields &= ~SLOT_2M;
    page = view;
    for (unsigned i = 1; i < RMP_2M_PAGES; i++) {
        page.gpa = view.gpa + (uint64_t)i * RMP_PAGE_SIZE;
        slot_write(place, i, &page);
    }
    /* Last: until now readers have not looked at the others. */
    slot_write(place, 0, &view);
}

uint32_t rmp_psmash(Rmp *rmp, uint64_t spa)
{
    uint32_t status = RMP_SUCCESS;
    RmpPlace place;
    RmpView view;

    if (!find_page(rmp, spa, true, &place)) {
        return RMP_FAIL_INPUT;
    }
    rmp_lock(rmp, spa);
    view = rmp_view(&place, NULL);
    if (view.fields & SLOT_IN_USE) {
        status = RMP_FAIL_INUSE;
    } else if (!(view.fields & SLOT_2M)) {
        status = RMP_FAIL_BADADDR;
    } else if (view.fields & SLOT_IMMUTABLE) {
        status = RMP_FAIL_PERMISSION;
    } else {
        smash(&place, view);
    }
    rmp_unlock(rmp, spa);
    return status;
}

uint32_t rmp_read(const Rmp *rmp, uint64_t spa, RmpState *state)
{
    RmpPlace place;
    RmpView view;

    memset(state, 0, sizeof(*state));
    if (!rmp_find(rmp, spa, &place)) {
        return RMP_FAIL_INPUT;
    }
    view = rmp_view(&place, NULL);
    state->gpa = view.gpa;
    state->assigned = !!(view.fields & SLOT_ASSIGNED);
    state->page_size = (view.fields & SLOT_2M ? RMP_PAGE_2M : RMP_PAGE_4K) |
                       (region_count(&place) ? RMP_STATE_REGION_STATUS : 0);
    state->immutable = !!(view.fields & SLOT_IMMUTABLE);
    state->asid = view_asid(&view);
    return RMP_SUCCESS;
}

static RmpPageState state_of(const RmpView *view)
{
    RmpEntry entry;

    view_to_entry(view, &entry);
    return rmp_page_state(&entry);
}

uint32_t rmp_firmware_change(Rmp *rmp, void *who, uint64_t spa,
                             RmpPageState from, const RmpEntry *entry)
{
    RmpView now = entry->assigned ? entry_to_view(entry) : (RmpView) { 0 };
    bool want_2m = entry->page_size;
    uint32_t status = RMP_SUCCESS;
    RmpPlace place;
    RmpView old;

    if (entry->asid > RMP_MAX_ASID || entry->gpa & ~SLOT_GPA_MASK ||
        (want_2m && entry->gpa % RMP_2M_PAGE_SIZE) ||
        !find_page(rmp, spa, want_2m, &place)) {
        return RMP_FAIL_INPUT;
    }
    rmp_lock(rmp, spa);
    old = rmp_view(&place, NULL);
    if (old.fields & SLOT_IN_USE) {
        status = RMP_FAIL_INUSE;
    } else if (overlaps(&place, &old, want_2m)) {
        status = RMP_FAIL_OVERLAP;
    } else if (state_of(&old) != from) {
        status = RMP_FAIL_PERMISSION;
    } else {
        commit(&place, &old, &now);
    }
    rmp_unlock(rmp, spa);
    if (status == RMP_SUCCESS) {
        rmp_tell(rmp, who, spa, &old, &now);
    }
    return status;
}

static RmpRule check_vmsa(const RmpView *view, uint64_t spa, uint64_t gpa,
                          uint32_t asid)
{
    RmpAccess access = { .spa = spa, .gpa = gpa, .asid = asid };
    RmpRule rule = rmp_check_owner(view, &access);

    if (rule != RMP_RULE_NONE) {
        return rule;
    }
    /* A check that depends on the page size takes 4K (15.36.12). */
    if (view->fields & SLOT_2M) {
        return RMP_RULE_NESTED_SIZE;
    }
    if (!(view->fields & SLOT_VMSA)) {
        return RMP_RULE_NOT_VMSA;
    }
    return view->fields & SLOT_IN_USE ? RMP_RULE_IN_USE : RMP_RULE_NONE;
}

RmpRule rmp_vmsa_check(const Rmp *rmp, uint64_t spa, uint64_t gpa,
                       uint32_t asid)
{
    RmpPlace place;
    RmpView view;

    if (!rmp_find(rmp, spa, &place)) {
        return RMP_RULE_NOT_COVERED;
    }
    view = rmp_view(&place, NULL);
    return check_vmsa(&view, spa, gpa, asid);
}

RmpRule rmp_vmsa_enter(Rmp *rmp, void *who, uint64_t spa, uint64_t gpa,
                       uint32_t asid)
{
    RmpView old, now;
    RmpPlace place;
    unsigned slot;
    RmpRule rule;

    if (!rmp_find(rmp, spa, &place)) {
        return RMP_RULE_NOT_COVERED;
    }
    rmp_lock(rmp, spa);
    old = now = rmp_view(&place, &slot);
    rule = check_vmsa(&old, spa, gpa, asid);
    if (rule == RMP_RULE_NONE) {
        now.fields |= SLOT_IN_USE;
        slot_write(&place, slot, &now);
    }
    rmp_unlock(rmp, spa);
    if (rule == RMP_RULE_NONE) {
        rmp_tell(rmp, who, spa, &old, &now);
    }
    return rule;
}

void rmp_vmsa_leave(Rmp *rmp, uint64_t spa)
{
    RmpPlace place;
    unsigned slot;
    RmpView view;

    if (!rmp_find(rmp, spa, &place)) {
        return;
    }
    rmp_lock(rmp, spa);
    view = rmp_view(&place, &slot);
    if (view.fields & SLOT_IN_USE) {
        view.fields &= ~SLOT_IN_USE;
        slot_write(&place, slot, &view);
    }
    rmp_unlock(rmp, spa);
}
