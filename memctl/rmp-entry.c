/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows entries of the Reverse Map Table as others see them: fields, and words
 * for people.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "memctl/rmp-table.h"

unsigned rmp_entry_perm(const RmpEntry *entry, unsigned vmpl)
{
    const uint8_t perms[] = { entry->perm10, entry->perm32 };

    if (vmpl >= RMP_VMPLS) {
        return 0;
    }
    return perms[vmpl / 2] >> vmpl % 2 * SLOT_PERM_BITS & RMP_PERM_ALL;
}

void rmp_entry_set_perm(RmpEntry *entry, unsigned vmpl, unsigned mask)
{
    uint8_t *perm = vmpl < 2 ? &entry->perm10 : &entry->perm32;
    unsigned shift = vmpl % 2 * SLOT_PERM_BITS;

    if (vmpl < RMP_VMPLS) {
        *perm = (*perm & ~(RMP_PERM_ALL << shift)) |
                (mask & RMP_PERM_ALL) << shift;
    }
}

void view_to_entry(const RmpView *view, RmpEntry *entry)
{
    memset(entry, 0, sizeof(*entry));
    entry->gpa = view->gpa;
    entry->asid = view_asid(view);
    entry->assigned = !!(view->fields & SLOT_ASSIGNED);
    entry->validated = !!(view->fields & SLOT_VALIDATED);
    entry->vmsa = !!(view->fields & SLOT_VMSA);
    entry->immutable = !!(view->fields & SLOT_IMMUTABLE);
    entry->page_size = view->fields & SLOT_2M ? RMP_PAGE_2M : RMP_PAGE_4K;
    for (unsigned vmpl = 0; vmpl < RMP_VMPLS; vmpl++) {
        rmp_entry_set_perm(entry, vmpl, view_perm(view, vmpl));
    }
}

RmpView entry_to_view(const RmpEntry *entry)
{
    RmpView view = { .gpa = entry->gpa & SLOT_GPA_MASK };

    view.fields = (entry->assigned ? SLOT_ASSIGNED : 0) |
                  (entry->validated ? SLOT_VALIDATED : 0) |
                  (entry->vmsa ? SLOT_VMSA : 0) |
                  (entry->immutable ? SLOT_IMMUTABLE : 0) |
                  (entry->page_size ? SLOT_2M : 0) |
                  (uint64_t)(entry->asid & RMP_MAX_ASID) << SLOT_ASID_SHIFT;
    for (unsigned vmpl = 0; vmpl < RMP_VMPLS; vmpl++) {
        view.fields |= perm_fields(vmpl, rmp_entry_perm(entry, vmpl));
    }
    return view;
}

bool rmp_get(const Rmp *rmp, uint64_t spa, RmpEntry *entry)
{
    RmpPlace place;
    RmpView view;

    memset(entry, 0, sizeof(*entry));
    if (!rmp_find(rmp, spa, &place)) {
        return false;
    }
    view = rmp_view(&place, NULL);
    view_to_entry(&view, entry);
    return true;
}

bool rmp_is_assigned(const Rmp *rmp, uint64_t spa)
{
    RmpPlace place;

    return rmp_find(rmp, spa, &place) &&
           rmp_view(&place, NULL).fields & SLOT_ASSIGNED;
}

const char *rmp_page_state_name(RmpPageState state)
{
    static const char *const names[] = {
        [RMP_DEFAULT] = "Default",
        [RMP_HYPERVISOR] = "Hypervisor",
        [RMP_GUEST_INVALID] = "Guest-Invalid",
        [RMP_GUEST_VALID] = "Guest-Valid",
        [RMP_PRE_GUEST] = "Pre-Guest",
        [RMP_PRE_SWAP] = "Pre-Swap",
        [RMP_FIRMWARE] = "Firmware",
        [RMP_CONTEXT] = "Context",
        [RMP_METADATA] = "Metadata",
        [RMP_RECLAIM] = "Reclaim",
    };

    return (unsigned)state <= RMP_RECLAIM ? names[state] : "unknown";
}

const char *rmp_rule_text(RmpRule rule)
{
    static const char *const texts[RMP_RULES] = {
        [RMP_RULE_NONE] = "allowed",
        [RMP_RULE_SHARED_ASSIGNED] = "shared access to an assigned page",
        [RMP_RULE_SHARED_REGION] =
            "shared access through 2 MiB that have an assigned page",
        [RMP_RULE_NOT_COVERED] = "private access to what is not memory",
        [RMP_RULE_NOT_ASSIGNED] = "private access to a page not assigned",
        [RMP_RULE_OTHER_GUEST] = "assigned to another guest or to firmware",
        [RMP_RULE_GPA] = "assigned for another guest physical address",
        [RMP_RULE_IMMUTABLE] = "immutable",
        [RMP_RULE_NESTED_SIZE] = "nested page size differs from the entry's",
        [RMP_RULE_OPERAND_SIZE] =
            "4K page asked for inside one of 2M, which PSMASH would split",
        [RMP_RULE_IN_USE] = "VMSA in use by a running processor",
        [RMP_RULE_NOT_VALIDATED] = "not validated",
        [RMP_RULE_VMPL] = "not permitted to the VMPL",
        [RMP_RULE_NOT_VMSA] = "not a VMSA",
        [RMP_RULE_NOT_VMPL0] = "for VMPL 0 alone",
    };

    return (unsigned)rule < RMP_RULES ? texts[rule] : "unknown";
}

/* What would have passed */
static const char *expected(RmpRule rule)
{
    static const char *const texts[RMP_RULES] = {
        [RMP_RULE_NONE] = "this",
        [RMP_RULE_SHARED_ASSIGNED] =
            "the C-bit, or a page state change to shared before",
        [RMP_RULE_SHARED_REGION] =
            "a page state change to shared of all 2 MiB before",
        [RMP_RULE_NOT_COVERED] = "memory, or no C-bit",
        [RMP_RULE_NOT_ASSIGNED] =
            "no C-bit, or a page state change to private before",
        [RMP_RULE_OTHER_GUEST] = "a page of this guest",
        [RMP_RULE_GPA] = "the address that the page was assigned for",
        [RMP_RULE_IMMUTABLE] = "a page that firmware has done with",
        [RMP_RULE_NESTED_SIZE] = "sizes that agree",
        [RMP_RULE_OPERAND_SIZE] = "2M, or a page split before",
        [RMP_RULE_IN_USE] = "a processor that has stopped",
        [RMP_RULE_NOT_VALIDATED] = "PVALIDATE before",
        [RMP_RULE_VMPL] = "RMPADJUST by a more privileged VMPL before",
        [RMP_RULE_NOT_VMSA] = "RMPADJUST with its VMSA bit before",
        [RMP_RULE_NOT_VMPL0] = "VMPL 0",
    };

    return (unsigned)rule < RMP_RULES ? texts[rule] : "unknown";
}

void rmp_fault_text(const RmpFault *fault, const RmpAccess *access,
                    char *buf, size_t size)
{
    static const char *const kinds[] = {
        "read", "write", "user fetch", "supervisor fetch", "page walk",
        "page walk's write",
    };
    const RmpEntry *e = &fault->entry;
    bool covered = fault->rule != RMP_RULE_NOT_COVERED;

    snprintf(buf, size,
             "%s: %s %s at VMPL %u by ASID %" PRIu32 " of GPA 0x%" PRIx64
             " at SPA 0x%" PRIx64 ", nested %s; entry: %s, ASID %" PRIu32
             ", GPA 0x%" PRIx64 ", %s%s, VMPL permissions %x %x %x %x; "
             "expected %s",
             rmp_rule_text(fault->rule),
             access->c_bit || access->kind > RMP_WRITE ? "private" : "shared",
             access->kind <= RMP_WALK_WRITE ? kinds[access->kind] : "access",
             access->vmpl, access->asid, access->gpa, access->spa,
             access->page_size ? "2M" : "4K",
             rmp_page_state_name(covered ? rmp_page_state(e) : RMP_DEFAULT),
             e->asid, e->gpa, e->page_size ? "2M" : "4K",
             e->vmsa ? ", VMSA" : "", rmp_entry_perm(e, 0),
             rmp_entry_perm(e, 1), rmp_entry_perm(e, 2),
             rmp_entry_perm(e, 3), expected(fault->rule));
}
