/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SNP_GUEST_REQUEST (AMD publication 56860, chapter 8): what carries a
 * message, whatever the message is.
 */

#include "snp-guest-fixture.h"

#include <string.h>

#include "asp/snp-context.h"
#include "asp/state.h"

static const SnpMsgReportReq report_request = { .report_data = "nonce" };

static GuestRequest make(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_RUNNING);
    return guest_request(f, SNP_MSG_REPORT_REQ, &report_request,
                         sizeof(report_request));
}

/* Whatever was refused before, the good one is answered then. */
static void must_answer(AspFixture *f, GuestRequest *request)
{
    SnpMsgReportRsp response = guest_report(f, request);

    g_assert_cmpuint(le32_get(response.status), ==, 0);
}

static void test_sequence(AspFixture *f)
{
    GuestRequest request = make(f);

    for (unsigned i = 0; i < 5; i++) {
        g_assert_cmpuint(le64_get(request.header.seqno), ==, 2 * i + 1);
        must_answer(f, &request);
    }
}

static void test_wrong_sequence(AspFixture *f)
{
    static const int64_t wrong[] = { -2, -1, 1, 2, 4, INT64_MAX };
    GuestRequest request = make(f);

    must_answer(f, &request);
    for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
        GuestRequest other = request;

        other.header.seqno = le64_of(le64_get(request.header.seqno) +
                                     wrong[i]);
        assert_status(guest_send(f, &other), INVALID_PARAM);
    }
    must_answer(f, &request);
}

/* The page as it was: what a hypervisor replays */
static void test_replay(AspFixture *f)
{
    GuestRequest request = make(f);

    must_answer(f, &request);
    assert_status(guest_carry(f), INVALID_PARAM);
    must_answer(f, &request);
}

/* Each key has a sequence of its own, and speaks for its VMPL. */
static void test_vmpcks(AspFixture *f)
{
    GuestRequest request = make(f);

    must_answer(f, &request);
    must_answer(f, &request);
    for (unsigned vmpck = 1; vmpck < SNP_VMPCKS; vmpck++) {
        SnpMsgReportReq payload = { .vmpl = le32_of(vmpck) };
        GuestRequest other = guest_request(f, SNP_MSG_REPORT_REQ, &payload,
                                           sizeof(payload));

        guest_use_vmpck(f, &other, vmpck);
        must_answer(f, &other);
        g_assert_cmpuint(le64_get(other.header.seqno), ==, 3);
        must_answer(f, &other);
    }
    must_answer(f, &request);
}

static void test_wrong_vmpck(AspFixture *f)
{
    GuestRequest request = make(f);
    GuestRequest other = request;

    guest_use_vmpck(f, &other, 1);
    other.header.msg_vmpck = 0;     /* sealed by VMPCK 1, says VMPCK 0 */
    assert_status(guest_send(f, &other), BAD_MEASUREMENT);
    must_answer(f, &request);
}

typedef struct WrongByte {
    const char *name;
    uint16_t at;
    uint8_t value;
} WrongByte;

/* Sealed like this, so that nothing but the field is wrong */
static const WrongByte wrong_header[] = {
    { "tag, upper half", 0x10, 1 },
    { "tag, last", 0x1f, 1 },
    { "reserved 1", 0x28, 1 },
    { "reserved 1, last", 0x2f, 1 },
    { "algorithm none", 0x30, 0 },
    { "algorithm 2", 0x30, 2 },
    { "header version 0", 0x31, 0 },
    { "header version 2", 0x31, 2 },
    { "header size", 0x32, 0x61 },
    { "header size, upper", 0x33, 1 },
    { "type 0", 0x34, 0 },
    { "type of an answer", 0x34, SNP_MSG_REPORT_RSP },
    { "type that is not there", 0x34, SNP_MSG_EXPORT_REQ },
    { "type TSC_INFO, whose payload is longer", 0x34, SNP_MSG_TSC_INFO_REQ },
    { "type that nobody has", 0x34, 0xff },
    { "version 0", 0x35, 0 },
    { "version 2", 0x35, 2 },
    { "size, a byte less", 0x36, sizeof(SnpMsgReportReq) - 1 },
    { "size of nothing", 0x36, 0 },
    { "size beyond the page", 0x37, 0x10 },
    { "size, the largest", 0x37, 0xff },
    { "reserved 2", 0x38, 1 },
    { "VMPCK 4", 0x3c, 4 },
    { "VMPCK 255", 0x3c, 0xff },
    { "reserved 3", 0x3d, 1 },
    { "reserved 3, last", 0x5f, 1 },
};

static void test_wrong_header(AspFixture *f)
{
    GuestRequest request = make(f);

    for (unsigned i = 0; i < G_N_ELEMENTS(wrong_header); i++) {
        const WrongByte *wrong = &wrong_header[i];
        GuestRequest other = request;

        g_test_message("%s", wrong->name);
        ((uint8_t *)&other.header)[wrong->at] = wrong->value;
        assert_status(guest_send(f, &other), INVALID_PARAM);
    }
    must_answer(f, &request);
}

/* Altered after it was sealed, in a way that is a good header still */
static void test_altered(AspFixture *f)
{
    static const WrongByte altered[] = {
        { "tag", 0x00, 0xff },
        { "tag, last", 0x0f, 0xff },
        { "type", 0x34, SNP_MSG_CPUID_REQ },
        { "size", 0x36, sizeof(SnpMsgReportReq) - 1 },
        { "size, more", 0x36, sizeof(SnpMsgReportReq) + 1 },
        { "VMPCK", 0x3c, 1 },
        { "payload", 0x60, 0xff },
        { "payload, last", 0xbf, 0xff },
    };
    uint8_t *page = &f->memory[REQUEST_PAGE * RMP_PAGE_SIZE];
    GuestRequest request = make(f);

    for (unsigned i = 0; i < G_N_ELEMENTS(altered); i++) {
        g_test_message("%s", altered[i].name);
        guest_seal(f, &request);
        page[altered[i].at] = altered[i].value == 0xff
                              ? page[altered[i].at] ^ 0xff : altered[i].value;
        assert_status(guest_carry(f), BAD_MEASUREMENT);
    }
    must_answer(f, &request);
}

static void test_end_of_sequence(AspFixture *f)
{
    GuestRequest request = make(f);
    AspSnpGuest *guest = asp_snp_find(f->asp, PAGE(GCTX_PAGE));

    guest->msg_count[0] = UINT64_MAX - 3;
    request.header.seqno = le64_of(UINT64_MAX - 2);
    must_answer(f, &request);
    assert_status(guest_send(f, &request), AEAD_OFLOW);
}

static uint32_t carry(AspFixture *f, uint64_t from, uint64_t to)
{
    SnpCmdGuestRequest cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .req_paddr = le64_of(from), .res_paddr = le64_of(to),
    };

    return run_command(f, SNP_CMD_GUEST_REQUEST, &cmd);
}

static void test_pages(AspFixture *f)
{
    const uint64_t from = PAGE(REQUEST_PAGE), to = PAGE(RESPONSE_PAGE);
    GuestRequest request = make(f);

    guest_seal(f, &request);
    f->rmp[RESPONSE_PAGE] = snp_firmware_page();
    assert_status(carry(f, from + 8, to), INVALID_ADDRESS);
    assert_status(carry(f, from, to + 8), INVALID_ADDRESS);
    assert_status(carry(f, MEM_BASE + MEM_SIZE, to), INVALID_ADDRESS);
    assert_status(carry(f, UINT64_MAX & ~0xfffull, to), INVALID_ADDRESS);
    assert_status(carry(f, from, MEM_BASE + MEM_SIZE), INVALID_ADDRESS);
    f->rmp[RESPONSE_PAGE] = snp_pre_guest_page(ES_GUEST_ASID, 0);
    assert_status(carry(f, from, to), INVALID_PAGE_STATE);
    f->rmp[RESPONSE_PAGE] = snp_firmware_page();
    f->fail_write = true;
    assert_status(carry(f, from, to), INVALID_ADDRESS);
    f->fail_write = false;
    must_answer(f, &request);
}

/* The answer may go where the request was. */
static void test_one_page(AspFixture *f)
{
    const uint64_t page = PAGE(REQUEST_PAGE);
    GuestRequest request = make(f);
    SnpMsgReportRsp response;

    guest_seal(f, &request);
    f->rmp[REQUEST_PAGE] = snp_firmware_page();
    assert_status(carry(f, page, page), SUCCESS);
    memcpy(&f->memory[RESPONSE_PAGE * RMP_PAGE_SIZE],
           &f->memory[REQUEST_PAGE * RMP_PAGE_SIZE], RMP_PAGE_SIZE);
    guest_open(f, &request, SNP_MSG_REPORT_RSP, &response, sizeof(response));
}

/* What firmware has checked is what it has read: once. */
static void test_read_once(AspFixture *f)
{
    GuestRequest request = make(f);
    unsigned reads = f->reads;

    must_answer(f, &request);
    g_assert_cmpuint(f->reads, ==, reads + 1);
}

static void test_guest_states(AspFixture *f)
{
    must_snp_guest(f, SNP_GSTATE_LAUNCH);
    assert_status(guest_carry(f), INVALID_GUEST_STATE);
    assert_status(snp_addr_command(f, SNP_CMD_DECOMMISSION, PAGE(GCTX_PAGE)),
                  SUCCESS);
    assert_status(guest_carry(f), INVALID_GUEST);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    asp_test_add("/asp/snp-guest-request/sequence", test_sequence);
    asp_test_add("/asp/snp-guest-request/wrong-sequence",
                 test_wrong_sequence);
    asp_test_add("/asp/snp-guest-request/replay", test_replay);
    asp_test_add("/asp/snp-guest-request/vmpcks", test_vmpcks);
    asp_test_add("/asp/snp-guest-request/wrong-vmpck", test_wrong_vmpck);
    asp_test_add("/asp/snp-guest-request/wrong-header", test_wrong_header);
    asp_test_add("/asp/snp-guest-request/altered", test_altered);
    asp_test_add("/asp/snp-guest-request/end-of-sequence",
                 test_end_of_sequence);
    asp_test_add("/asp/snp-guest-request/pages", test_pages);
    asp_test_add("/asp/snp-guest-request/one-page", test_one_page);
    asp_test_add("/asp/snp-guest-request/read-once", test_read_once);
    asp_test_add("/asp/snp-guest-request/guest-states", test_guest_states);
    return g_test_run();
}
