/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attestation protocol (58019 chapter 7*): a report of VMPL 0 whose data
 * are a hash of the guest's nonce and of what services there are.  There are
 * none here, so it shows the guest's owner that this SVSM was launched, which
 * is measured, and that the guest asked it.
 */
#include <nettle/sha2.h>

#include "calls.h"
#include "memory.h"
#include "message.h"
#include "snp.h"
#include "text.h"

#define VMPCK           0
#define NONCE_SIZE      64
#define CERTS_PAGES     4               /* the most that Linux has room for */
#define CERTS_SIZE      (CERTS_PAGES * PAGE_SIZE)
#define BUSY_TRIES      100000          /* a host may take so many a second */

static struct mailbox mailbox;
static bool broken;     /* the VMPCK must not seal anything any more */

static const SvsmServices services = {
    .guid = SVSM_SERVICES_GUID,
    .size = { { sizeof(SvsmServices) } },
};

void attest_init(void)
{
    message_init_cpu();
    mailbox_init(&mailbox, VMPCK);
    mailbox.data = shared_alloc(CERTS_SIZE);
    mailbox.pages = CERTS_PAGES;
}

/*
 * A message that was refused may be sent again, the same bytes; another one
 * with its number would be sealed with the same IV.
 */
static uint64_t send(uint64_t code)
{
    uint64_t answer;
    unsigned tries = 0;

    do {
        answer = message_send(&mailbox, code);
    } while (answer == GHCB_GUEST_REQUEST_BUSY && ++tries < BUSY_TRIES);
    return answer;
}

/* With no room for the certificates, the message is still to be answered. */
static uint64_t ask(bool extended, uint64_t *certs_size)
{
    uint64_t answer = send(extended ? GHCB_EXIT_EXT_GUEST_REQUEST
                                    : GHCB_EXIT_GUEST_REQUEST);

    *certs_size = extended ? CERTS_SIZE : 0;
    if (extended && answer == GHCB_GUEST_REQUEST_INVALID_LEN) {
        *certs_size = mailbox.rbx * PAGE_SIZE;
        answer = send(GHCB_EXIT_GUEST_REQUEST);
    }
    return answer;
}

/* PLAIN of the mailbox becomes the answer. */
static uint64_t get_report(const uint8_t data[NONCE_SIZE], bool extended,
                           uint64_t *certs_size)
{
    SnpMsgReportReq request = { .vmpl = le32_of(SVSM_VMPL) };

    if (broken) {
        return SVSM_ERR_INVALID_REQUEST;
    }
    memcpy(request.report_data, data, sizeof(request.report_data));
    memset((void *)mailbox.data, 0, CERTS_SIZE);
    message_begin(&mailbox, VMPCK, SNP_MSG_REPORT_REQ, &request,
                  sizeof(request));
    message_seal(&mailbox);
    broken = ask(extended, certs_size) || message_open(&mailbox);
    return broken || le32_get(report_answer(&mailbox)->status)
           ? SVSM_ERR_INVALID_REQUEST : SVSM_SUCCESS;
}

static bool reserved_is_zero(const SvsmAttest *attest)
{
    /* Of the nonce's size, the upper 16 bits */
    return !le32_get(attest->report.reserved) &&
           !le32_get(attest->nonce.reserved) &&
           !le32_get(attest->manifest.reserved) &&
           !le32_get(attest->certificates.reserved);
}

/* Sizes come back even where there is no room. */
static bool there_is_room(const SvsmAttest *attest, struct call *call)
{
    return call->rcx <= le32_get(attest->manifest.size) &&
           call->rdx <= le32_get(attest->certificates.size) &&
           call->rdx <= CERTS_SIZE &&
           call->r8 <= le32_get(attest->report.size);
}

static bool write(const SvsmBuffer *to, const void *from, size_t size)
{
    return !size || guest_write(le64_get(to->gpa), from, size);
}

static uint64_t answer(struct call *call, const SvsmAttest *attest)
{
    uint8_t data[NONCE_SIZE];
    struct sha512_ctx hash;
    uint64_t result;

    if (!guest_read(le64_get(attest->nonce.gpa), data, sizeof(data))) {
        return SVSM_ERR_INVALID_ADDRESS;
    }
    sha512_init(&hash);
    sha512_update(&hash, sizeof(data), data);
    sha512_update(&hash, sizeof(services), (const uint8_t *)&services);
    sha512_digest(&hash, sizeof(data), data);
    result = get_report(data, le32_get(attest->certificates.size),
                        &call->rdx);
    if (result) {
        return result;
    }
    call->rcx = sizeof(services);
    call->r8 = sizeof(SnpReport);
    if (!there_is_room(attest, call)) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    return write(&attest->manifest, &services, call->rcx) &&
           write(&attest->report, &report_answer(&mailbox)->report,
                 call->r8) &&
           write(&attest->certificates, (const void *)mailbox.data, call->rdx)
           ? SVSM_SUCCESS : SVSM_ERR_INVALID_ADDRESS;
}

static uint64_t attest_services(struct call *call)
{
    SvsmAttest attest;

    if (!guest_read(call->rcx, &attest, sizeof(attest))) {
        return SVSM_ERR_INVALID_ADDRESS;
    }
    if (!reserved_is_zero(&attest) ||
        le32_get(attest.nonce.size) != NONCE_SIZE) {
        return SVSM_ERR_INVALID_PARAMETER;
    }
    return answer(call, &attest);
}

/* There is none. */
static uint64_t attest_single_service(struct call *call)
{
    SvsmAttestSingle single;

    return guest_read(call->rcx, &single, sizeof(single))
           ? SVSM_ERR_INVALID_PARAMETER : SVSM_ERR_INVALID_ADDRESS;
}

static CallFn *const calls[] = {
    [SVSM_ATTEST_SERVICES] = attest_services,
    [SVSM_ATTEST_SINGLE_SERVICE] = attest_single_service,
};

const struct protocol attest_protocol = {
    calls, sizeof(calls) / sizeof(calls[0]),
};
