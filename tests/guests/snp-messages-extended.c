/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_messages_extended": requests with room for certificates.
 * "pages=" says how many pages the host's take; without it there are none, and
 * the table ends where it begins. "certs=" is how many bytes they have, with
 * "sum=" of them, where that is known.
 */
#include "abi/sev.h"
#include "abi/snp-certs.h"
#include "message.h"
#include "paging.h"
#include "snp.h"
#include "suite.h"
#include "text.h"

#define PATTERN     0xa5
#define DATA_PAGES  8u
#define NO_RAM      0xc0000000u

static struct mailbox box;
static const SnpMsgReportReq request = { .report_data = "anything" };

static void begin(unsigned type, unsigned pages)
{
    message_begin(&box, 0, type, &request, sizeof(request));
    message_seal(&box);
    memset((void *)box.data, PATTERN, DATA_PAGES * PAGE_SIZE);
    box.pages = pages;
}

static bool is_pattern(uintptr_t from, unsigned size)
{
    const uint8_t *byte = (const uint8_t *)from;

    while (size && *byte == PATTERN) {
        byte++;
        size--;
    }
    return !size;
}

static bool data_untouched(void)
{
    return is_pattern(box.data, DATA_PAGES * PAGE_SIZE);
}

static uint64_t send(void)
{
    return message_send(&box, GHCB_EXIT_EXT_GUEST_REQUEST);
}

static void check_answered(const char *what)
{
    const char *why;

    check_equal(send(), 0, "%s: answered", what);
    why = message_open(&box);
    check(!why, "%s: the answer is one (%s)", what, why ? why : "it is");
}

/* The message is the next one's too: nobody has seen it. */
static void check_too_few(unsigned pages, unsigned needed)
{
    begin(SNP_MSG_REPORT_REQ, pages);
    check_equal(send(), GHCB_GUEST_REQUEST_INVALID_LEN,
                "%u pages: too few", pages);
    check_equal(box.info_1, 0, "that is no mistake");
    check_equal(box.rbx, needed, "how many there must be is told");
    check(data_untouched(), "nothing is written to them");
    check_equal(message_send(&box, GHCB_EXIT_GUEST_REQUEST), 0,
                "the same message is answered as a plain one");
    check(!message_open(&box), "rightly");
}

/* --- certificates */

/*
 * Entries up to one of zeros, whose certificates lie behind it. Returns how
 * many bytes there are in all.
 */
static unsigned check_table(unsigned pages)
{
    const SnpCertEntry *entry = (const SnpCertEntry *)box.data;
    unsigned most = (pages ? pages : 1) * PAGE_SIZE, size = sizeof(*entry);
    unsigned count = 0, inside = 0;

    while (count < PAGE_SIZE / sizeof(*entry) &&
           !bytes_zero(&entry[count], sizeof(*entry))) {
        uint32_t at = le32_get(entry[count].offset);
        uint32_t len = le32_get(entry[count].len);

        inside += at < most && len <= most - at && len;
        size = at + len > size ? at + len : size;
        count++;
    }
    check(bytes_zero(&entry[count], sizeof(*entry)), "the table has an end");
    check(inside == count && (count || !pages),
          "its %u certificates are in the pages", count);
    return inside == count ? size : most;
}

/* What a row that knows the bytes has beside their number */
static unsigned sum(unsigned size)
{
    const uint8_t *byte = (const uint8_t *)box.data;
    unsigned total = 0;

    while (size--) {
        total = total * 31 + *byte++;
    }
    return total;
}

static void check_certificates(unsigned needed, unsigned pages,
                               const char *what)
{
    unsigned size, known = config_number("certs", 0);

    begin(SNP_MSG_REPORT_REQ, pages);
    check_answered(what);
    check_equal(le32_get(report_answer(&box)->status), 0,
                "%s: with a report", what);
    if (known) {
        size = known;
        check_equal(sum(size), config_number("sum", 0),
                    "%s: all bytes are those of the file", what);
    } else {
        size = check_table(needed);
    }
    check(is_pattern(box.data + size, DATA_PAGES * PAGE_SIZE - size),
          "%s: nothing is written behind %u bytes", what, size);
}

static void check_lengths(unsigned needed)
{
    if (needed) {
        check_too_few(0, needed);
        check_too_few(needed - 1, needed);
    } else {
        begin(SNP_MSG_REPORT_REQ, 0);
        check_answered("no pages, and no certificates");
        check(data_untouched(), "nothing is written");
    }
    check_certificates(needed, needed ? needed : 1,
                       "as many pages as there must be");
    check_certificates(needed, DATA_PAGES, "more pages");
    check_certificates(needed, ~0u, "more pages than there are");
}

/* --- other messages, and what is wrong */

static void check_other_types(void)
{
    begin(SNP_MSG_KEY_REQ, 0);
    check_answered("a key, without pages");
    begin(SNP_MSG_KEY_REQ, DATA_PAGES);
    check_answered("a key, with pages");
    check(data_untouched(), "there are no certificates with a key");
}

static void check_refused(const char *what)
{
    check_equal(send(), SEV_FW_BAD_MEASUREMENT, "%s", what);
    check_equal(box.info_1, 0, "%s: that is the firmware's word", what);
    begin(SNP_MSG_REPORT_REQ, DATA_PAGES);
    check_answered("the next right one");
}

static void check_altered(void)
{
    begin(SNP_MSG_REPORT_REQ, DATA_PAGES);
    box.request->payload[0] ^= 1;
    check_refused("another payload");
    begin(SNP_MSG_KEY_REQ, DATA_PAGES);
    box.request->header.msg_type = SNP_MSG_REPORT_REQ;
    check_refused("a type that brings certificates");
}

static void check_malformed(uint64_t info_2, unsigned reason,
                            const char *what)
{
    check(box.info_1 == GHCB_RESP_MALFORMED_INPUT && info_2 == reason,
          "%s: malformed input %u (got %x, %x)", what, reason, box.info_1,
          info_2);
    begin(SNP_MSG_REPORT_REQ, DATA_PAGES);
    check_answered("the next right one");
}

/* A request where RAX or RBX is not told */
static uint64_t send_without(bool rax)
{
    Ghcb *ghcb = ghcb_begin(0, GHCB_EXIT_EXT_GUEST_REQUEST,
                            (uintptr_t)box.request, (uintptr_t)box.answer);

    GHCB_SET(ghcb, rax, box.data);
    GHCB_SET(ghcb, rbx, box.pages);
    ghcb_mark(ghcb, rax ? GHCB_VALID_BIT(rbx) : GHCB_VALID_BIT(rax), false);
    box.info_1 = ghcb_call(ghcb);
    return GHCB_GET(ghcb, sw_exit_info_2);
}

static void check_bad_pages(void)
{
    uintptr_t data = box.data;

    begin(SNP_MSG_REPORT_REQ, DATA_PAGES);
    check_malformed(send_without(true), GHCB_ERR_INVALID_INPUT, "no RBX");
    begin(SNP_MSG_REPORT_REQ, DATA_PAGES);
    check_malformed(send_without(false), GHCB_ERR_INVALID_INPUT, "no RAX");
    begin(SNP_MSG_REPORT_REQ, DATA_PAGES - 1);
    box.data = data + 8;
    check_equal(send(), GHCB_ERR_INVALID_INPUT, "pages that are not aligned");
    box.data = data;
    check(data_untouched(), "nothing is written to them");
    check_malformed(GHCB_ERR_INVALID_INPUT, GHCB_ERR_INVALID_INPUT,
                    "pages that are not aligned");
    box.data = NO_RAM;
    message_begin(&box, 0, SNP_MSG_REPORT_REQ, &request, sizeof(request));
    message_seal(&box);
    box.pages = DATA_PAGES;
    check_equal(send(), GHCB_ERR_INVALID_INPUT, "pages where nothing is");
    box.data = data;
    check_malformed(GHCB_ERR_INVALID_INPUT, GHCB_ERR_INVALID_INPUT,
                    "pages where nothing is");
}

SUITE(snp_messages_extended)
{
    unsigned needed = config_number("pages", 0);

    message_init_cpu();
    mailbox_init(&box, 0);
    box.data = shared_alloc(DATA_PAGES * PAGE_SIZE);
    check_lengths(needed);
    check_other_types();
    check_altered();
    check_bad_pages();
}
