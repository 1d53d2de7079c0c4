/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a guest's message, has it answered, and seals the answer:
 * SNP_GUEST_REQUEST (56860 chapter 8). A message that is refused changes
 * nothing, so the guest can send it again as it was.
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/snp-commands.h"
#include "asp/snp-msg.h"
#include "asp/snp-rmp.h"

/* Messages are rows; those without a handler are ones that we have not. */
typedef struct MessageType {
    uint8_t request;
    uint8_t response;
    uint16_t least_size;        /* of the request's payload, bytes */
    AspSnpMsgHandler *handler;
} MessageType;

static const MessageType types[] = {
    { SNP_MSG_CPUID_REQ, SNP_MSG_CPUID_RSP, sizeof(SnpMsgCpuid),
      asp_snp_msg_cpuid },
    { SNP_MSG_KEY_REQ, SNP_MSG_KEY_RSP, SNP_KEY_REQ_SIZE_BEFORE_MIT,
      asp_snp_msg_key },
    { SNP_MSG_REPORT_REQ, SNP_MSG_REPORT_RSP, sizeof(SnpMsgReportReq),
      asp_snp_msg_report },
    { SNP_MSG_TSC_INFO_REQ, SNP_MSG_TSC_INFO_RSP, sizeof(SnpMsgTscInfoReq),
      asp_snp_msg_tsc_info },
};

typedef struct Page {
    SnpMsgHeader header;
    uint8_t payload[SNP_MSG_MAX_PAYLOAD];
} __attribute__((packed)) Page;

_Static_assert(sizeof(Page) == SNP_PAGE_SIZE, "a message has a page");

static const MessageType *find_type(uint8_t request)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (types[i].request == request) {
            return &types[i];
        }
    }
    return NULL;
}

/* What is clear text; firmware trusts none of it before it is authenticated */
static uint32_t check_header(const AspSnpGuest *guest,
                             const SnpMsgHeader *header)
{
    if (header->algo != SNP_MSG_AES_256_GCM ||
        header->hdr_version != SNP_MSG_HDR_VERSION ||
        le16_get(header->hdr_size) != sizeof(*header) ||
        header->msg_version != SNP_MSG_VERSION ||
        le16_get(header->msg_size) > SNP_MSG_MAX_PAYLOAD ||
        header->msg_vmpck >= SNP_VMPCKS ||
        le64_get(header->reserved1) || le32_get(header->reserved2) ||
        !asp_all_zero(header->reserved3, sizeof(header->reserved3)) ||
        !asp_all_zero(header->authtag + SNP_MSG_TAG_SIZE,
                  sizeof(header->authtag) - SNP_MSG_TAG_SIZE)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (guest->msg_count[header->msg_vmpck] > UINT64_MAX - 2) {
        return SEV_FW_AEAD_OFLOW;
    }
    if (le64_get(header->seqno) != guest->msg_count[header->msg_vmpck] + 1) {
        return SEV_FW_INVALID_PARAM;
    }
    return SEV_FW_SUCCESS;
}

static void make_iv(const SnpMsgHeader *header, uint8_t iv[SNP_MSG_IV_SIZE])
{
    memset(iv, 0, SNP_MSG_IV_SIZE);
    memcpy(iv, &header->seqno, sizeof(header->seqno));
}

static AspBytes authenticated(const SnpMsgHeader *header)
{
    return (AspBytes) {
        &header->algo, sizeof(*header) - offsetof(SnpMsgHeader, algo)
    };
}

static uint32_t open_request(const AspSnpGuest *guest, Page *page)
{
    const SnpMsgHeader *header = &page->header;
    uint8_t iv[SNP_MSG_IV_SIZE];
    bool good;

    make_iv(header, iv);
    if (asp_gcm_open(guest->vmpck[header->msg_vmpck], iv,
                     authenticated(header), page->payload,
                     le16_get(header->msg_size), header->authtag, &good)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    return good ? SEV_FW_SUCCESS : SEV_FW_BAD_MEASUREMENT;
}

static uint32_t seal_response(const AspSnpGuest *guest, Page *page)
{
    SnpMsgHeader *header = &page->header;
    uint8_t iv[SNP_MSG_IV_SIZE];

    make_iv(header, iv);
    return asp_gcm_seal(guest->vmpck[header->msg_vmpck], iv,
                        authenticated(header), page->payload,
                        le16_get(header->msg_size), header->authtag)
           ? SEV_FW_RESOURCE_LIMIT : SEV_FW_SUCCESS;
}

static uint32_t answer(Asp *asp, const AspSnpGuest *guest,
                       const Page *request, Page *response)
{
    const SnpMsgHeader *header = &request->header;
    const MessageType *type = find_type(header->msg_type);
    AspSnpMsg msg = {
        .vmpl = header->msg_vmpck,
        .request = request->payload,
        .request_len = le16_get(header->msg_size),
        .response = response->payload,
    };
    uint32_t status;

    if (!type || msg.request_len < type->least_size) {
        return SEV_FW_INVALID_PARAM;
    }
    status = type->handler(asp, guest, &msg);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    response->header = (SnpMsgHeader) {
        .seqno = le64_of(le64_get(header->seqno) + 1),
        .algo = SNP_MSG_AES_256_GCM,
        .hdr_version = SNP_MSG_HDR_VERSION,
        .hdr_size = le16_of(sizeof(response->header)),
        .msg_type = type->response,
        .msg_version = SNP_MSG_VERSION,
        .msg_size = le16_of(msg.response_len),
        .msg_vmpck = header->msg_vmpck,
    };
    return seal_response(guest, response);
}

static uint32_t exchange(Asp *asp, AspSnpGuest *guest,
                         const SnpCmdGuestRequest *cmd, Page *request,
                         Page *response)
{
    uint64_t to = le64_get(cmd->res_paddr);
    uint32_t status = asp_read(asp, le64_get(cmd->req_paddr), request,
                               sizeof(*request));

    if (status == SEV_FW_SUCCESS) {
        status = check_header(guest, &request->header);
    }
    if (status == SEV_FW_SUCCESS) {
        status = open_request(guest, request);
    }
    if (status == SEV_FW_SUCCESS) {
        status = answer(asp, guest, request, response);
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_write(asp, to, response, sizeof(*response));
    }
    if (status == SEV_FW_SUCCESS) {
        guest->msg_count[request->header.msg_vmpck] += 2;
    }
    return status;
}

uint32_t asp_snp_cmd_guest_request(Asp *asp, AspSnpGuest *guest,
                                   const void *buf)
{
    const SnpCmdGuestRequest *cmd = buf;
    Page request, response = { 0 };
    uint32_t status;

    if (le64_get(cmd->req_paddr) % SNP_PAGE_SIZE) {
        return SEV_FW_INVALID_ADDRESS;
    }
    status = asp_page_check_answer(asp, le64_get(cmd->res_paddr),
                                   sizeof(response));
    if (status == SEV_FW_SUCCESS) {
        status = exchange(asp, guest, cmd, &request, &response);
    }
    asp_wipe(&request, sizeof(request));
    asp_wipe(&response, sizeof(response));
    return status;
}
