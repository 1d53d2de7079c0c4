/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core protocol (58019 chapter 5*): page states, CPUs, calling areas. */
#include "calls.h"
#include "memory.h"
#include "pages.h"
#include "snp.h"

#define EFER_SVME (1u << 12)

static uint64_t pages_result(uint32_t status)
{
    return status ? SVSM_ERR_PROTOCOL_BASE + status : SVSM_SUCCESS;
}

static uint64_t remap_ca(struct call *call)
{
    static const uint8_t zeros[sizeof(SvsmCallingArea) -
                               sizeof(((SvsmCallingArea *)0)->buffer)];

    if (call->rcx % PAGE_SIZE) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    if (!memory_is_guests(call->rcx, PAGE_SIZE) ||
        !guest_write(call->rcx, zeros, sizeof(zeros))) {
        return SVSM_ERR_INVALID_ADDRESS;
    }
    call->vcpu->calling_area = call->rcx;
    return SVSM_SUCCESS;
}

static uint64_t pvalidate_one(uint64_t entry)
{
    uint64_t gpa = entry & SVSM_PVALIDATE_GPA_MASK;
    unsigned size = entry & SVSM_PVALIDATE_SIZE_MASK;
    uint64_t bytes = size == RMP_PAGE_2M ? SIZE_2M : SIZE_4K;
    bool ignore_cf = entry & SVSM_PVALIDATE_IGNORE_CF;

    if (entry & SVSM_PVALIDATE_RESERVED || size > RMP_PAGE_2M ||
        gpa % bytes) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    if (!memory_is_guests(gpa, bytes)) {
        return SVSM_ERR_INVALID_ADDRESS;
    }
    return pages_result(entry & SVSM_PVALIDATE_VALID
                        ? pages_give(gpa, size, ignore_cf)
                        : pages_take(gpa, size, ignore_cf));
}

static uint64_t pvalidate_entries(uint64_t gpa, SvsmPvalidate *list)
{
    unsigned entries = le16_get(list->entries);
    uint64_t result = SVSM_SUCCESS;

    for (unsigned i = le16_get(list->next); i < entries; i++) {
        le64 entry;

        list->next = le16_of(i);
        if (!guest_read(gpa + sizeof(*list) + i * sizeof(entry), &entry,
                        sizeof(entry))) {
            return SVSM_ERR_INVALID_ADDRESS;
        }
        result = pvalidate_one(le64_get(entry));
        if (result) {
            return result;
        }
    }
    list->next = list->entries;
    return result;
}

/* The list has to be in one page; how far it was done, the guest is told. */
static uint64_t core_pvalidate(struct call *call)
{
    uint64_t gpa = call->rcx, result;
    unsigned room = PAGE_SIZE - gpa % PAGE_SIZE, entries;
    SvsmPvalidate list;

    if (gpa % sizeof(le64)) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    if (!guest_read(gpa, &list, sizeof(list))) {
        return SVSM_ERR_INVALID_ADDRESS;
    }
    entries = le16_get(list.entries);
    if (entries > (room - sizeof(list)) / sizeof(le64) ||
        le16_get(list.next) >= entries) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    result = pvalidate_entries(gpa, &list);
    if (!guest_write(gpa + offsetof(SvsmPvalidate, next), &list.next,
                     sizeof(list.next)) && !result) {
        result = SVSM_ERR_INVALID_ADDRESS;
    }
    return result;
}

/* It must not be another VMPL's, nor have features that the guest has not. */
static bool save_area_is_good(uint64_t gpa)
{
    uint8_t vmpl;
    le64 efer, features;

    return guest_read(gpa + offsetof(SevVmsa, vmpl), &vmpl, sizeof(vmpl)) &&
           guest_read(gpa + offsetof(SevVmsa, efer), &efer, sizeof(efer)) &&
           guest_read(gpa + offsetof(SevVmsa, sev_features), &features,
                      sizeof(features)) &&
           vmpl == GUEST_VMPL && le64_get(efer) & EFER_SVME &&
           le64_get(features) == guest_features();
}

static bool has_not_run(uint64_t gpa)
{
    const le64 exit_code = le64_of(NOT_RUN);

    return guest_write(gpa + offsetof(SevVmsa, guest_exit_code), &exit_code,
                       sizeof(exit_code));
}

static uint64_t create_vcpu(struct call *call)
{
    uint64_t save_area = call->rcx, calling_area = call->rdx;
    struct vcpu *vcpu = vcpu_find(call->r8);

    if (save_area % PAGE_SIZE || calling_area % PAGE_SIZE ||
        save_area == calling_area ||
        !memory_is_guests(save_area, PAGE_SIZE) ||
        !memory_is_guests(calling_area, PAGE_SIZE)) {
        return SVSM_ERR_INVALID_ADDRESS;
    }
    if (!vcpu) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    /* From here on the guest cannot change what is looked at. */
    if (pages_adjust(save_area, RMP_PAGE_4K, 0, false)) {
        return SVSM_ERR_INVALID_ADDRESS;
    }
    if (!save_area_is_good(save_area) || !has_not_run(save_area)) {
        pages_adjust(save_area, RMP_PAGE_4K, RMP_PERM_ALL, false);
        return SVSM_ERR_INVALID_PARAMETER;
    }
    if (!vcpu_add_save_area(vcpu, save_area, calling_area)) {
        pages_adjust(save_area, RMP_PAGE_4K, RMP_PERM_ALL, false);
        return SVSM_ERR_INVALID_REQUEST;
    }
    if (pages_adjust(save_area, RMP_PAGE_4K, RMP_PERM_READ, true)) {
        vcpu_remove_save_area(save_area);
        return SVSM_ERR_INVALID_ADDRESS;
    }
    return SVSM_SUCCESS;
}

static uint64_t delete_vcpu(struct call *call)
{
    uint64_t save_area = call->rcx;
    uint32_t status;

    if (!vcpu_has_save_area(save_area)) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    status = pages_adjust(save_area, RMP_PAGE_4K, RMP_PERM_ALL, false);
    if (status) {
        return status == RMP_FAIL_INUSE ? SVSM_ERR_BUSY
                                        : SVSM_ERR_INVALID_ADDRESS;
    }
    vcpu_remove_save_area(save_area);
    return SVSM_SUCCESS;
}

/* Least version in 31:0, greatest in 63:32; 0: not supported */
static uint64_t query_protocol(struct call *call)
{
    bool known = protocol_find(call->rcx >> 32) &&
                 (uint32_t)call->rcx == PROTOCOL_VERSION;

    call->rcx = known ? (uint64_t)PROTOCOL_VERSION << 32 | PROTOCOL_VERSION
                      : 0;
    return SVSM_SUCCESS;
}

/* Bit 0 asks whether it can be done. */
static uint64_t configure_vtom(struct call *call)
{
    if (!(call->rcx & 1)) {
        return SVSM_ERR_INVALID_REQUEST;
    }
    call->rcx = 0;
    return SVSM_SUCCESS;
}

/* Memory is neither needed nor given back. */
static CallFn *const calls[] = {
    [SVSM_CORE_REMAP_CA] = remap_ca,
    [SVSM_CORE_PVALIDATE] = core_pvalidate,
    [SVSM_CORE_CREATE_VCPU] = create_vcpu,
    [SVSM_CORE_DELETE_VCPU] = delete_vcpu,
    [SVSM_CORE_QUERY_PROTOCOL] = query_protocol,
    [SVSM_CORE_CONFIGURE_VTOM] = configure_vtom,
};

const struct protocol core_protocol = {
    calls, sizeof(calls) / sizeof(calls[0]),
};
