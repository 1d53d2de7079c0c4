/*
 * Carries messages between an SEV-SNP guest and the firmware (56421 section
 * 4.1.7), and certificates to the guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "abi/snp-msg.h"
#include "hypervisor/ghcb/ghcb-request.h"

_Static_assert(SNP_PAGE_SIZE == GHCB_PAGE_SIZE, "a message has a page");

static bool pages_ok(GhcbVcpu *vcpu, const GhcbRequest *request)
{
    const uint64_t mask = GHCB_PAGE_SIZE - 1;

    if (request->info_1 & mask || request->info_2 & mask ||
        request->info_1 == request->info_2) {
        ghcb_diagnose(vcpu, "guest request with pages 0x%llx and 0x%llx: "
                      "expected two different pages",
                      (unsigned long long)request->info_1,
                      (unsigned long long)request->info_2);
        return false;
    }
    return true;
}

static unsigned not_ram(GhcbVcpu *vcpu, const char *what, uint64_t gpa)
{
    ghcb_diagnose(vcpu, "guest request with %s at 0x%llx: expected RAM that "
                  "is shared", what, (unsigned long long)gpa);
    return GHCB_ERR_INVALID_INPUT;
}

/* Whatever is wrong with the message, the firmware knows. */
static unsigned carry(GhcbVcpu *vcpu, GhcbRequest *request,
                      const uint8_t message[GHCB_PAGE_SIZE])
{
    const GhcbOps *ops = vcpu->ops;
    uint8_t answer[GHCB_PAGE_SIZE];
    uint64_t gpa = request->info_2;

    if (!ops->is_ram(vcpu->opaque, gpa, sizeof(answer))) {
        return not_ram(vcpu, "an answer", gpa);
    }
    request->answer_2 = ops->guest_request(vcpu->opaque, message, answer);
    if (!request->answer_2) {
        ops->write(vcpu->opaque, gpa, answer, sizeof(answer));
    }
    return 0;
}

static unsigned read_message(GhcbVcpu *vcpu, const GhcbRequest *request,
                             uint8_t message[GHCB_PAGE_SIZE])
{
    if (!pages_ok(vcpu, request)) {
        return GHCB_ERR_MISSING_INPUT;
    }
    return vcpu->ops->read(vcpu->opaque, request->info_1, message,
                           GHCB_PAGE_SIZE)
           ? 0 : not_ram(vcpu, "a message", request->info_1);
}

unsigned ghcb_handle_guest_request(GhcbVcpu *vcpu, GhcbRequest *request)
{
    uint8_t message[GHCB_PAGE_SIZE];
    unsigned reason = read_message(vcpu, request, message);

    return reason ? reason : carry(vcpu, request, message);
}

/*
 * The certificates, into RBX pages at RAX.  When they don't fit, nothing is
 * sent: RBX tells how many pages they need, and @request has the answer.
 */
static unsigned give_certificates(GhcbVcpu *vcpu, GhcbRequest *request)
{
    static const uint8_t no_table[24];
    const void *table;
    size_t size = 0;
    uint64_t needed;

    if (!(request->has & GHCB_NEEDS_RAX) || !(request->has & GHCB_NEEDS_RBX) ||
        request->rax & (GHCB_PAGE_SIZE - 1)) {
        ghcb_diagnose(vcpu, "extended guest request: expected RAX, a page, "
                      "and RBX, how many pages there are");
        return GHCB_ERR_INVALID_INPUT;
    }
    table = vcpu->ops->certificates(vcpu->opaque, &size);
    if (!table) {
        table = no_table;
        size = request->rbx ? sizeof(no_table) : 0;
    }
    needed = (size + GHCB_PAGE_SIZE - 1) / GHCB_PAGE_SIZE;
    if (request->rbx < needed) {
        request->rbx = needed;
        request->answer_2 = GHCB_GUEST_REQUEST_INVALID_LEN;
        return 0;
    }
    return !size || vcpu->ops->write(vcpu->opaque, request->rax, table, size)
           ? 0 : not_ram(vcpu, "certificates", request->rax);
}

/* As KVM, only a request for a report brings certificates. */
unsigned ghcb_handle_ext_guest_request(GhcbVcpu *vcpu, GhcbRequest *request)
{
    uint8_t message[GHCB_PAGE_SIZE];
    unsigned reason = read_message(vcpu, request, message);

    if (!reason &&
        message[offsetof(SnpMsgHeader, msg_type)] == SNP_MSG_REPORT_REQ) {
        reason = give_certificates(vcpu, request);
    }
    return reason || request->answer_2 ? reason
                                       : carry(vcpu, request, message);
}
