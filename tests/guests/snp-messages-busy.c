/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_messages_busy": a host that takes "limit=" requests a second, and
 * is busy then. The message that it has not taken is good for another try.
 */
#include "abi/sev.h"
#include "message.h"
#include "suite.h"
#include "text.h"

#define TRIES   20      /* a second may end while a guest counts */

static struct mailbox box;
static const SnpMsgCpuid request;       /* of no functions: soon answered */

static uint64_t send_next(void)
{
    message_begin(&box, 0, SNP_MSG_CPUID_REQ, &request, sizeof(request));
    message_seal(&box);
    memset(box.answer, 0, sizeof(*box.answer));
    return message_send(&box, GHCB_EXIT_GUEST_REQUEST);
}

/* Whatever is answered must be right; how many were, until the host is busy */
static unsigned send_until_busy(void)
{
    unsigned count = 0;
    uint64_t info_2;

    while (!(info_2 = send_next()) && !box.info_1) {
        const char *why = message_open(&box);

        if (why) {
            bail_out("answer %u is none, for %s", count, why);
        }
        count++;
    }
    if (info_2 != GHCB_GUEST_REQUEST_BUSY || box.info_1) {
        bail_out("answered with %x, %x", box.info_1, info_2);
    }
    return count;
}

/* The same message, as it was sealed */
static unsigned send_until_taken(void)
{
    unsigned busy = 1;
    uint64_t info_2;

    while ((info_2 = message_send(&box, GHCB_EXIT_GUEST_REQUEST)) ==
           GHCB_GUEST_REQUEST_BUSY) {
        busy++;
    }
    check_equal(info_2, 0, "it is taken in another second");
    return busy;
}

SUITE(snp_messages_busy)
{
    unsigned limit = config_number("limit", 0), count = 0, tries = 0;

    message_init_cpu();
    mailbox_init(&box, 0);
    send_until_busy();
    check(bytes_zero(box.answer, sizeof(*box.answer)),
          "there is no answer when the host is busy");
    while (count != limit && tries++ < TRIES) {
        remark("busy %u times", send_until_taken());
        check(!message_open(&box), "it is answered then");
        count = 1 + send_until_busy();
        check(count >= limit, "%u were taken until the host was busy", count);
    }
    check_equal(count, limit, "as many are taken in a second as there may be");
}
