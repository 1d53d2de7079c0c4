/*
 * What SEV-SNP guests ask for with a GHCB
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "hypervisor/ghcb/ghcb-request.h"

#define PAGES_2M 512u

static uint64_t entry_gpa(const GhcbRequest *request, unsigned index)
{
    return request->scratch + sizeof(GhcbPscHeader) +
           index * sizeof(le64);
}

/* Pages from the first that is not done; a part of 2M is done page by page. */
static bool change(GhcbVcpu *vcpu, uint64_t gfn, unsigned cur_page,
                   bool is_2m, bool private)
{
    unsigned count = is_2m ? PAGES_2M : 1;

    if (is_2m && !cur_page) {
        return vcpu->ops->page_state(vcpu->opaque, gfn << 12, true, private);
    }
    for (; cur_page < count; cur_page++) {
        if (!vcpu->ops->page_state(vcpu->opaque, (gfn + cur_page) << 12,
                                   false, private)) {
            return false;
        }
    }
    return true;
}

/* Returns 0, or SW_EXITINFO2 as KVM has it. The entry is in @entry, a copy. */
static uint64_t do_entry(GhcbVcpu *vcpu, uint64_t *entry)
{
    bool is_2m = *entry & GHCB_PSC_2M;
    unsigned count = is_2m ? PAGES_2M : 1;
    unsigned cur_page = *entry & GHCB_PSC_CUR_PAGE_MASK;
    unsigned op = *entry >> GHCB_PSC_OP_SHIFT & GHCB_PSC_OP_MASK;
    uint64_t gfn = *entry >> GHCB_PSC_GFN_SHIFT & GHCB_PSC_GFN_MASK;

    if (cur_page > count || gfn % count) {
        ghcb_diagnose(vcpu, "page state change with an entry of 0x%llx: "
                      "expected a GFN that is aligned to the size, and no "
                      "more pages done than there are",
                      (unsigned long long)*entry);
        return GHCB_PSC_ERROR_INVALID_ENTRY;
    }
    /* KVM lets the others (SMASH, UNSMASH) succeed without doing them. */
    if ((op == GHCB_PSC_OP_PRIVATE || op == GHCB_PSC_OP_SHARED) &&
        !change(vcpu, gfn, cur_page, is_2m, op == GHCB_PSC_OP_PRIVATE)) {
        ghcb_diagnose(vcpu, "page state change of 0x%llx, which is not all "
                      "the guest's memory", (unsigned long long)gfn << 12);
        return GHCB_PSC_ERROR_GENERIC;
    }
    *entry = (*entry & ~GHCB_PSC_CUR_PAGE_MASK) | count;
    return 0;
}

/* The entries from *@index to @end; *@index is then the first not done. */
static unsigned do_entries(GhcbVcpu *vcpu, GhcbRequest *request,
                           unsigned *index, unsigned end)
{
    const GhcbOps *ops = vcpu->ops;

    for (; *index <= end; ++*index) {
        uint64_t gpa = entry_gpa(request, *index), entry;
        le64 raw;

        if (!ops->read(vcpu->opaque, gpa, &raw, sizeof(raw))) {
            return GHCB_ERR_INVALID_SCRATCH_AREA;
        }
        entry = le64_get(raw);
        request->answer_2 = do_entry(vcpu, &entry);
        if (request->answer_2) {
            break;
        }
        raw = le64_of(entry);
        ops->write(vcpu->opaque, gpa, &raw, sizeof(raw));
    }
    return 0;
}

/* The answer is in SW_EXITINFO2; how far it went, in the header. */
unsigned ghcb_handle_page_state(GhcbVcpu *vcpu, GhcbRequest *request)
{
    const GhcbOps *ops = vcpu->ops;
    GhcbPscHeader header;
    unsigned index, end, max, reason;

    if (!ghcb_scratch_ok(vcpu, request, sizeof(header)) ||
        !ops->read(vcpu->opaque, request->scratch, &header, sizeof(header))) {
        return GHCB_ERR_INVALID_SCRATCH_AREA;
    }
    index = le16_get(header.cur_entry);
    end = le16_get(header.end_entry);
    max = (ghcb_scratch_room(request) - sizeof(header)) / sizeof(le64);
    max = max < GHCB_PSC_MAX_ENTRIES ? max : GHCB_PSC_MAX_ENTRIES;
    if (end >= max) {
        ghcb_diagnose(vcpu, "page state change of %u entries: there is room "
                      "for %u", end + 1, max);
        request->answer_2 = GHCB_PSC_ERROR_INVALID_HEADER;
        return 0;
    }
    if (!ghcb_scratch_ok(vcpu, request, sizeof(header) +
                         (end + 1) * sizeof(le64))) {
        return GHCB_ERR_INVALID_SCRATCH_AREA;
    }
    reason = do_entries(vcpu, request, &index, end);
    header.cur_entry = le16_of(index);
    ops->write(vcpu->opaque, request->scratch, &header.cur_entry,
               sizeof(header.cur_entry));
    return reason;
}

unsigned ghcb_ap_creation_needs(const GhcbRequest *request)
{
    return (request->info_1 & GHCB_AP_REQUEST_MASK) == GHCB_AP_DESTROY
           ? 0 : GHCB_NEEDS_RAX;
}

/* Lower half of SW_EXITINFO1: the request, and the VMPL that it is for */
unsigned ghcb_handle_ap_creation(GhcbVcpu *vcpu, GhcbRequest *request)
{
    unsigned what = request->info_1 & GHCB_AP_REQUEST_MASK;
    unsigned vmpl = request->info_1 >> GHCB_AP_VMPL_SHIFT & GHCB_AP_VMPL_MASK;
    uint32_t apic_id = request->info_1 >> 32;

    if (what > GHCB_AP_DESTROY ||
        (uint32_t)request->info_1 >> GHCB_AP_VMPL_SHIFT > GHCB_AP_VMPL_MASK) {
        ghcb_diagnose(vcpu, "AP creation with SW_EXITINFO1 0x%llx: expected "
                      "request 0, 1 or 2 in bits 15:0, and a VMPL in 19:16",
                      (unsigned long long)request->info_1);
        return GHCB_ERR_INVALID_INPUT;
    }
    return vcpu->ops->ap_creation(vcpu->opaque, apic_id, vmpl, what,
                                  request->info_2, request->rax)
           ? 0 : GHCB_ERR_INVALID_INPUT;
}

/* SW_EXITINFO1 is what to do; the address is in SW_EXITINFO2, in and out. */
unsigned ghcb_handle_doorbell(GhcbVcpu *vcpu, GhcbRequest *request)
{
    if (request->info_1 > GHCB_DOORBELL_CLEAR) {
        ghcb_diagnose(vcpu, "#HV doorbell with SW_EXITINFO1 0x%llx: expected 0 "
                      "to 3", (unsigned long long)request->info_1);
        return GHCB_ERR_INVALID_INPUT;
    }
    return vcpu->ops->doorbell(vcpu->opaque, request->info_1, request->info_2,
                               &request->answer_2)
           ? 0 : GHCB_ERR_INVALID_INPUT;
}

unsigned ghcb_handle_hv_ipi(GhcbVcpu *vcpu, GhcbRequest *request)
{
    return vcpu->ops->hv_ipi(vcpu->opaque, request->info_1)
           ? 0 : GHCB_ERR_INVALID_INPUT;
}

/* SW_EXITINFO1 is the VMPL.  The answer is there before that runs. */
unsigned ghcb_handle_run_vmpl(GhcbVcpu *vcpu, GhcbRequest *request)
{
    if (!vcpu->ops->run_vmpl(vcpu->opaque, request->info_1)) {
        return GHCB_ERR_INVALID_INPUT;
    }
    request->action = GHCB_LEAVE;
    return 0;
}

/* A page of them, behind their number */
#define MAX_APIC_IDS (GHCB_PAGE_SIZE / sizeof(le32) - 1)

/* The list at SW_EXITINFO1: how many there are, then each */
static bool write_apic_ids(GhcbVcpu *vcpu, const GhcbRequest *request,
                           const uint32_t *ids, unsigned count)
{
    le32 list[1 + MAX_APIC_IDS];

    list[0] = le32_of(count);
    for (unsigned i = 0; i < count; i++) {
        list[i + 1] = le32_of(ids[i]);
    }
    return vcpu->ops->write(vcpu->opaque, request->info_1, list,
                            (count + 1) * sizeof(list[0]));
}

/* RAX is how many pages there are for it; one has room for every machine. */
unsigned ghcb_handle_apic_ids(GhcbVcpu *vcpu, GhcbRequest *request)
{
    uint32_t ids[MAX_APIC_IDS];
    unsigned count = vcpu->ops->apic_ids(vcpu->opaque, ids, MAX_APIC_IDS);

    if (!request->rax) {
        request->rax = 1;
        return 0;
    }
    if (request->info_1 & (GHCB_PAGE_SIZE - 1) || count > MAX_APIC_IDS ||
        !write_apic_ids(vcpu, request, ids, count)) {
        ghcb_diagnose(vcpu, "APIC ids to 0x%llx: expected a page of RAM that "
                      "is shared", (unsigned long long)request->info_1);
        return GHCB_ERR_INVALID_INPUT;
    }
    return 0;
}
