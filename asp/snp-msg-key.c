/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers MSG_KEY_REQ (56860 chapter 7): a key that only this guest, or one
 * that was launched alike, gets, on this chip.
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/snp-msg.h"
#include "asp/snp-report.h"

#define LABEL "sev-snp-guest-key"

/* What a key depends on beside its root; not selected fields are zero. */
typedef struct Context {
    le64 fields;                /* SNP_KEY_FIELD_*: which are there */
    le32 vmpl;
    le32 guest_svn;
    le64 policy;
    uint8_t image_id[16];
    uint8_t family_id[16];
    uint8_t measurement[SNP_DIGEST_SIZE];
    SnpTcbVersion tcb;
    le64 mit_vector;
} __attribute__((packed)) Context;

/* Limits hold whether a field is selected or not. */
static uint32_t check(const Asp *asp, const AspSnpGuest *guest,
                      const AspSnpMsg *msg, const SnpMsgKeyReq *request)
{
    uint64_t fields = le64_get(request->fields);

    if (le32_get(request->flags) & SNP_KEY_FLAGS_RESERVED ||
        le32_get(request->reserved) || fields & SNP_KEY_FIELD_RESERVED ||
        (fields & SNP_KEY_FIELD_MIT_VECTOR &&
         msg->request_len < sizeof(*request)) ||
        le64_get(request->mit_vector) ||
        !asp_snp_msg_vmpl_ok(msg, le32_get(request->vmpl)) ||
        le32_get(request->guest_svn) > guest->identity.guest_svn ||
        !asp_tcb_within(&request->tcb, &asp->snp.committed.tcb)) {
        return SEV_FW_INVALID_PARAM;
    }
    return SEV_FW_SUCCESS;
}

static Context make_context(const AspSnpGuest *guest,
                            const SnpMsgKeyReq *request)
{
    uint64_t fields = le64_get(request->fields);
    Context context = { .fields = request->fields, .vmpl = request->vmpl };

    if (fields & SNP_KEY_FIELD_POLICY) {
        context.policy = le64_of(guest->policy);
    }
    if (fields & SNP_KEY_FIELD_IMAGE_ID) {
        memcpy(context.image_id, guest->identity.image_id,
               sizeof(context.image_id));
    }
    if (fields & SNP_KEY_FIELD_FAMILY_ID) {
        memcpy(context.family_id, guest->identity.family_id,
               sizeof(context.family_id));
    }
    if (fields & SNP_KEY_FIELD_MEASUREMENT) {
        memcpy(context.measurement, guest->digest,
               sizeof(context.measurement));
    }
    if (fields & SNP_KEY_FIELD_GUEST_SVN) {
        context.guest_svn = request->guest_svn;
    }
    if (fields & SNP_KEY_FIELD_TCB) {
        context.tcb = request->tcb;
    }
    if (fields & SNP_KEY_FIELD_MIT_VECTOR) {
        context.mit_vector = request->mit_vector;
    }
    return context;
}

/* The chip's own key is not used for this either if it is masked. */
static uint32_t get_root(const Asp *asp, const AspSnpGuest *guest,
                         unsigned sel, AspEcScalar *scalar)
{
    unsigned signer;
    uint32_t status = asp_snp_select_key(asp, guest, sel, &signer, scalar);

    return status == SEV_FW_SUCCESS && signer == SNP_SIGNER_VCEK &&
           asp->snp.mask_chip_key ? SEV_FW_INVALID_KEY : status;
}

static uint32_t derive(const Asp *asp, const AspSnpGuest *guest,
                       const SnpMsgKeyReq *request,
                       uint8_t key[SNP_DERIVED_KEY_SIZE])
{
    uint32_t flags = le32_get(request->flags);
    Context context = make_context(guest, request);
    AspBytes root = { guest->vmrk, sizeof(guest->vmrk) };
    uint32_t status = SEV_FW_SUCCESS;
    AspEcScalar scalar;

    if (!(flags & SNP_KEY_ROOT_VMRK)) {
        status = get_root(asp, guest, flags >> SNP_KEY_SEL_SHIFT &
                          SNP_KEY_SEL_MASK, &scalar);
        root = (AspBytes) { scalar.byte, sizeof(scalar.byte) };
    }
    if (status == SEV_FW_SUCCESS &&
        asp_kdf_len(root, LABEL, (AspBytes) { &context, sizeof(context) },
                    key, SNP_DERIVED_KEY_SIZE)) {
        status = SEV_FW_RESOURCE_LIMIT;
    }
    asp_wipe(&scalar, sizeof(scalar));
    return status;
}

uint32_t asp_snp_msg_key(Asp *asp, const AspSnpGuest *guest, AspSnpMsg *msg)
{
    SnpMsgKeyReq request = { 0 };
    SnpMsgKeyRsp *response = msg->response;
    uint32_t status;

    memcpy(&request, msg->request, msg->request_len < sizeof(request)
                                   ? SNP_KEY_REQ_SIZE_BEFORE_MIT
                                   : sizeof(request));
    status = check(asp, guest, msg, &request);
    if (status == SEV_FW_SUCCESS) {
        status = derive(asp, guest, &request, response->key);
    }
    if (status == SEV_FW_RESOURCE_LIMIT) {
        return status;
    }
    response->status = le32_of(status);
    msg->response_len = sizeof(*response);
    return SEV_FW_SUCCESS;
}
