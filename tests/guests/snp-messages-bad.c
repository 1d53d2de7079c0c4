/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_messages_bad": messages with one thing wrong, and requests with
 * pages that cannot be.  Nothing comes of any, and the next right message is
 * answered as if there had been none.
 */
#include "abi/sev.h"
#include "message.h"
#include "paging.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define PATTERN     0xa5
#define NO_RAM      0xc0000000u
#define LOCAL_APIC  0xfee00000u

static struct mailbox box;
static const SnpMsgReportReq request = { .report_data = "anything" };

/* The next number, and what VMPCK 0 has come to, survive all that is wrong. */
static void check_goes_on(const char *what)
{
    const char *why = message_ask(&box, 0, SNP_MSG_REPORT_REQ, &request,
                                  sizeof(request));

    if (why) {
        remark("the answer's fault: %s", why);
    }
    check(!why && le32_get(report_answer(&box)->status) == 0,
          "%s: the next right one is answered", what);
}

static void begin_report(void)
{
    message_begin(&box, 0, SNP_MSG_REPORT_REQ, &request, sizeof(request));
    memset(box.answer, PATTERN, sizeof(*box.answer));
}

static bool answer_untouched(void)
{
    static uint8_t pattern[sizeof(struct message)];

    memset(pattern, PATTERN, sizeof(pattern));
    return bytes_equal(box.answer, pattern, sizeof(pattern));
}

static void check_refused(uint64_t want, const char *what)
{
    uint64_t info_2 = message_send(&box, GHCB_EXIT_GUEST_REQUEST);

    check_equal(info_2, want, "%s", what);
    check(box.info_1 == 0 && answer_untouched(), "%s: there is no answer",
          what);
    check_goes_on(what);
}

/* --- what is wrong when it is sealed */

#define AT(field)   offsetof(SnpMsgHeader, field)

/* One byte of the header; the tag is right. */
static const struct {
    uint8_t at, value;
    const char *what;
} fields[] = {
    { AT(authtag) + SNP_MSG_TAG_SIZE, 1, "a byte after the tag" },
    { AT(authtag) + 31, 1, "the last one after the tag" },
    { AT(reserved1), 1, "a byte after the number" },
    { AT(reserved1) + 7, 1, "the last one after the number" },
    { AT(algo), 0, "no algorithm" },
    { AT(algo), 2, "another algorithm" },
    { AT(hdr_version), 0, "header version 0" },
    { AT(hdr_version), 2, "header version 2" },
    { AT(hdr_size), 0x5f, "a header that is too short" },
    { AT(hdr_size), 0x61, "a header that is too long" },
    { AT(hdr_size) + 1, 1, "a header that is much too long" },
    { AT(msg_type), 0, "message type 0" },
    { AT(msg_type), SNP_MSG_REPORT_RSP, "an answer" },
    { AT(msg_type), SNP_MSG_EXPORT_REQ, "a request for export" },
    { AT(msg_type), SNP_MSG_IMPORT_REQ, "a request for import" },
    { AT(msg_type), SNP_MSG_ABSORB_REQ, "a request to absorb" },
    { AT(msg_type), SNP_MSG_VMRK_REQ, "a request with a VMRK" },
    { AT(msg_type), SNP_MSG_TSC_INFO_REQ, "a request for the TSC, too short" },
    { AT(msg_type), 0xff, "message type 0xff" },
    { AT(msg_version), 0, "message version 0" },
    { AT(msg_version), 2, "message version 2" },
    { AT(msg_size), 0, "no payload" },
    { AT(msg_size), sizeof(SnpMsgReportReq) - 1, "a payload too short" },
    { AT(msg_size) + 1, 0x10, "a payload beyond the page" },
    { AT(reserved2), 1, "a byte after the size" },
    { AT(reserved2) + 3, 1, "the last one after the size" },
    { AT(msg_vmpck), SNP_VMPCKS, "a VMPCK that does not exist" },
    { AT(msg_vmpck), 0xff, "VMPCK 0xff" },
    { AT(reserved3), 1, "a byte after the VMPCK" },
    { AT(reserved3) + 34, 1, "the header's last byte" },
};

static void check_fields(void)
{
    for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        begin_report();
        ((uint8_t *)&box.plain.header)[fields[i].at] = fields[i].value;
        message_seal(&box);
        check_refused(SEV_FW_INVALID_PARAM, fields[i].what);
    }
}

static void check_number(uint64_t number, const char *what)
{
    begin_report();
    box.plain.header.seqno = le64_of(number);
    message_seal(&box);
    check_refused(SEV_FW_INVALID_PARAM, what);
}

/* What is expected is the count + 1; each time the count has gone on by 2. */
static void check_numbers(void)
{
    check_number(message_count[0] - 1, "the last message's number");
    check_number(message_count[0], "the last answer's number");
    check_number(message_count[0] + 2, "a number too far");
    check_number(message_count[0] + 3, "a number that leaves one out");
    check_number(0, "number 0");
    check_number(1, "the first message's number");
    check_number(~0ull, "the greatest number");
    check_number((message_count[0] + 1) | 1ull << 32, "a number of 33 bits");
}

/* The same page again, as a hypervisor could have kept it */
static void check_replayed(void)
{
    static struct message kept;

    check_goes_on("one to keep");
    memcpy(&kept, box.request, sizeof(kept));
    begin_report();
    memcpy(box.request, &kept, sizeof(kept));
    check_refused(SEV_FW_INVALID_PARAM, "the last message again");
}

/* --- what is wrong when it is sent */

#define PAYLOAD     sizeof(SnpMsgHeader)

/* Bits of one byte of the page change after it was sealed. */
static const struct {
    uint16_t at;
    uint8_t bits;
    const char *what;
} bytes[] = {
    { AT(authtag), 1, "another tag" },
    { AT(authtag) + SNP_MSG_TAG_SIZE - 1, 0x80, "another end of the tag" },
    { AT(msg_type), SNP_MSG_REPORT_REQ ^ SNP_MSG_KEY_REQ, "another type" },
    { AT(msg_size), 8, "another size" },
    { PAYLOAD, 1, "another payload" },
    { PAYLOAD + sizeof(SnpMsgReportReq) - 1, 0x80, "another end of it" },
};

static void check_altered(void)
{
    for (unsigned i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        begin_report();
        message_seal(&box);
        ((uint8_t *)box.request)[bytes[i].at] ^= bytes[i].bits;
        check_refused(SEV_FW_BAD_MEASUREMENT, bytes[i].what);
    }
    begin_report();
    message_seal(&box);
    memset(box.request->payload + sizeof(request), PATTERN,
           sizeof(box.request->payload) - sizeof(request));
    check_equal(message_send(&box, GHCB_EXIT_GUEST_REQUEST), 0,
                "what lies behind the payload does not matter");
    check(!message_open(&box), "such a message is answered");
}

static void check_wrong_key(void)
{
    mailbox_use(&box, 1);
    begin_report();
    message_seal(&box);
    mailbox_use(&box, 0);
    check_refused(SEV_FW_BAD_MEASUREMENT, "the VMPCK of another VMPL");
}

/* --- pages */

static void check_malformed(uint64_t from, uint64_t to, unsigned reason,
                            const char *what)
{
    uint64_t info_2;

    begin_report();
    message_seal(&box);
    info_2 = message_send_pages(&box, GHCB_EXIT_GUEST_REQUEST, from, to);
    check(box.info_1 == GHCB_RESP_MALFORMED_INPUT && info_2 == reason,
          "%s: malformed input %u (got %x, %x)", what, reason, box.info_1,
          info_2);
    check(answer_untouched(), "%s: there is no answer", what);
    check_goes_on(what);
}

static void check_pages(void)
{
    static const struct {
        uint64_t gpa;
        const char *from, *to;
    } no_ram[] = {
        { NO_RAM, "a message where nothing is", "an answer where nothing is" },
        { LOCAL_APIC, "a message in the APIC", "an answer to the APIC" },
        { 1ull << 40, "a message above RAM", "an answer above RAM" },
        { -(uint64_t)PAGE_SIZE, "a message at the end of all addresses",
          "an answer to the end of all addresses" },
    };
    uint64_t from = (uintptr_t)box.request, to = (uintptr_t)box.answer;

    check_malformed(from + 8, to, GHCB_ERR_MISSING_INPUT,
                    "a message that is not aligned");
    check_malformed(from, to + 8, GHCB_ERR_MISSING_INPUT,
                    "an answer that is not aligned");
    check_malformed(to, to, GHCB_ERR_MISSING_INPUT, "one page for both");
    for (unsigned i = 0; i < sizeof(no_ram) / sizeof(no_ram[0]); i++) {
        check_malformed(no_ram[i].gpa, to, GHCB_ERR_INVALID_INPUT,
                        no_ram[i].from);
        check_malformed(from, no_ram[i].gpa, GHCB_ERR_INVALID_INPUT,
                        no_ram[i].to);
    }
    check_malformed(from | c_bit, to, GHCB_ERR_INVALID_INPUT,
                    "a message's address with the C-bit");
    check_malformed(from, to | c_bit, GHCB_ERR_INVALID_INPUT,
                    "an answer's address with the C-bit");
}

/* Of a private page the hypervisor has nothing. */
static void check_private(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);

    snp_accept(page, SIZE_4K);
    begin_report();
    message_seal(&box);
    memcpy((void *)page, box.request, sizeof(*box.request));
    check_malformed(page, (uintptr_t)box.answer, GHCB_ERR_INVALID_INPUT,
                    "a message in a private page");
    memset((void *)page, PATTERN, SIZE_4K);
    check_malformed((uintptr_t)box.request, page, GHCB_ERR_INVALID_INPUT,
                    "an answer to a private page");
    memcpy(box.answer, (void *)page, SIZE_4K);
    check(answer_untouched(), "what was in the private page is there");
}

/* The page that the request itself comes in */
static void check_ghcb_page(void)
{
    uintptr_t ghcb = (uintptr_t)ghcb_begin(0, 0, 0, 0);

    begin_report();
    message_seal(&box);
    check_equal(message_send_pages(&box, GHCB_EXIT_GUEST_REQUEST, ghcb,
                                   (uintptr_t)box.answer),
                SEV_FW_INVALID_PARAM, "the GHCB as a message");
    check(answer_untouched(), "there is no answer");
    check_goes_on("the GHCB as a message");
    begin_report();
    message_seal(&box);
    check_equal(message_send_pages(&box, GHCB_EXIT_GUEST_REQUEST,
                                   (uintptr_t)box.request, ghcb),
                0, "an answer to the GHCB: the message is answered");
    /* It is overwritten where the hypervisor's own answer stands. */
    message_count[0] += 2;
    check_goes_on("an answer to the GHCB");
}

SUITE(snp_messages_bad)
{
    message_init_cpu();
    mailbox_init(&box, 0);
    check_goes_on("a right message");
    check_goes_on("another one");
    check_fields();
    check_numbers();
    check_replayed();
    check_altered();
    check_wrong_key();
    check_pages();
    check_private();
    check_ghcb_page();
}
