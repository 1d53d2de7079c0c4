/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares what answers the messages of SEV-SNP guests, each in a file named
 * after it, and what these share.
 */

#ifndef ASP_SNP_MSG_H
#define ASP_SNP_MSG_H

#include "abi/snp-msg.h"
#include "asp/ec.h"
#include "asp/state.h"

/* A request whose form has been checked, and the answer to it */
typedef struct AspSnpMsg {
    unsigned vmpl;              /* who asks: the number of its VMPCK */
    const void *request;        /* at least as long as its type's least size */
    size_t request_len;
    void *response;             /* SNP_MSG_MAX_PAYLOAD bytes, all zero */
    size_t response_len;        /* to be set */
} AspSnpMsg;

/*
 * Answers a message. What is wrong with it is said in the answer's status;
 * the returned one is SEV_FW_SUCCESS, or SEV_FW_RESOURCE_LIMIT when the
 * cryptography fails: then there is no answer.
 */
typedef uint32_t AspSnpMsgHandler(Asp *asp, const AspSnpGuest *guest,
                                  AspSnpMsg *msg);

AspSnpMsgHandler asp_snp_msg_cpuid;
AspSnpMsgHandler asp_snp_msg_key;
AspSnpMsgHandler asp_snp_msg_report;
AspSnpMsgHandler asp_snp_msg_tsc_info;

/* May a caller at @msg's VMPL speak for VMPL @vmpl? */
static inline bool asp_snp_msg_vmpl_ok(const AspSnpMsg *msg, uint32_t vmpl)
{
    return vmpl >= msg->vmpl && vmpl < SNP_VMPCKS;
}

#endif
