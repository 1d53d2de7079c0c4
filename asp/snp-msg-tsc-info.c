/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers MSG_TSC_INFO_REQ (56860 chapter 7): what a guest with Secure TSC
 * writes into the save areas that it makes, so that all of its CPUs count
 * alike. A guest without it may ask as well, and hears what its host wished
 * for. TSC_FACTOR, how far the mean frequency is below the nominal one, stays
 * 0: nothing spreads this processor's clock.
 */

#include "asp/crypto.h"
#include "asp/snp-msg.h"

uint32_t asp_snp_msg_tsc_info(Asp *asp, const AspSnpGuest *guest,
                              AspSnpMsg *msg)
{
    const SnpMsgTscInfoReq *request = msg->request;
    SnpMsgTscInfoRsp *response = msg->response;

    msg->response_len = sizeof(*response);
    if (!asp_all_zero(request->reserved, sizeof(request->reserved))) {
        response->status = le32_of(SEV_FW_INVALID_PARAM);
        return SEV_FW_SUCCESS;
    }
    response->guest_tsc_scale = le64_of(guest->tsc_scale);
    response->guest_tsc_offset = le64_of(guest->tsc_offset);
    return SEV_FW_SUCCESS;
}
