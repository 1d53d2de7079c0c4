/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers MSG_REPORT_REQ (56860 chapter 7): an attestation report over 64
 * bytes of the guest's.
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/snp-msg.h"
#include "asp/snp-report.h"

static uint32_t check(const AspSnpMsg *msg, const SnpMsgReportReq *request)
{
    static const uint8_t zeros[sizeof(request->reserved)];

    return le32_get(request->flags) & SNP_REPORT_FLAGS_RESERVED ||
           memcmp(request->reserved, zeros, sizeof(zeros)) ||
           !asp_snp_msg_vmpl_ok(msg, le32_get(request->vmpl))
           ? SEV_FW_INVALID_PARAM : SEV_FW_SUCCESS;
}

/* A chip whose key is masked tells nothing that only it could have said. */
static uint32_t sign(const Asp *asp, unsigned signer,
                     const AspEcScalar *scalar, SnpReport *report)
{
    uint32_t info = le32_get(report->key_info);

    if (asp->snp.mask_chip_key) {
        info |= SNP_REPORT_MASK_CHIP_KEY;
        if (signer == SNP_SIGNER_VCEK) {
            signer = SNP_SIGNER_NONE;
        }
    }
    report->key_info = le32_of(info | signer << SNP_REPORT_SIGNER_SHIFT);
    if (signer == SNP_SIGNER_NONE) {
        return SEV_FW_SUCCESS;
    }
    return asp_snp_report_sign(scalar, report) ? SEV_FW_RESOURCE_LIMIT
                                               : SEV_FW_SUCCESS;
}

static uint32_t make(const Asp *asp, const AspSnpGuest *guest,
                     const SnpMsgReportReq *request, SnpReport *report)
{
    AspEcScalar scalar;
    unsigned signer;
    uint32_t status = asp_snp_select_key(asp, guest, le32_get(request->flags),
                                         &signer, &scalar);

    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    asp_snp_report_fill(asp, guest, report);
    memcpy(report->report_data, request->report_data,
           sizeof(report->report_data));
    report->vmpl = request->vmpl;
    status = sign(asp, signer, &scalar, report);
    asp_wipe(&scalar, sizeof(scalar));
    return status;
}

uint32_t asp_snp_msg_report(Asp *asp, const AspSnpGuest *guest,
                            AspSnpMsg *msg)
{
    const SnpMsgReportReq *request = msg->request;
    SnpMsgReportRsp *response = msg->response;
    uint32_t status = check(msg, request);

    if (status == SEV_FW_SUCCESS) {
        status = make(asp, guest, request, &response->report);
    }
    if (status == SEV_FW_RESOURCE_LIMIT) {
        return status;
    }
    response->status = le32_of(status);
    if (status == SEV_FW_SUCCESS) {
        response->report_size = le32_of(sizeof(response->report));
    }
    msg->response_len = sizeof(*response);
    return SEV_FW_SUCCESS;
}
