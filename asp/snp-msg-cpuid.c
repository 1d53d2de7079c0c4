/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers MSG_CPUID_REQ (56860 chapter 7): the same check as of the CPUID
 * page, for a guest that asks later.
 */

#include <string.h>

#include "asp/snp-cpuid.h"
#include "asp/snp-msg.h"

uint32_t asp_snp_msg_cpuid(Asp *asp, const AspSnpGuest *guest, AspSnpMsg *msg)
{
    const SnpMsgCpuid *request = msg->request;
    SnpMsgCpuid *response = msg->response;
    uint32_t count = le32_get(request->count);
    size_t size;

    msg->response_len = sizeof(*response);
    if (le32_get(request->status) || le64_get(request->reserved) ||
        count > SNP_CPUID_MAX_ENTRIES ||
        msg->request_len < sizeof(*request) + count * sizeof(SnpCpuidEntry)) {
        response->status = le32_of(SEV_FW_INVALID_PARAM);
        return SEV_FW_SUCCESS;
    }
    size = count * sizeof(SnpCpuidEntry);
    memcpy(response->entry, request->entry, size);
    for (uint32_t i = 0; i < count; i++) {
        asp_snp_cpuid_correct(asp, &response->entry[i]);
    }
    response->count = request->count;
    if (memcmp(response->entry, request->entry, size)) {
        response->status = le32_of(SEV_FW_INVALID_PARAM);
    }
    msg->response_len += size;
    return SEV_FW_SUCCESS;
}
