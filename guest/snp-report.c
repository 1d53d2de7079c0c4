/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks Linux' sev-guest driver for an attestation report, with the host's
 * certificates when they can be had.
 */

#include "guest/snp-report.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sev-guest.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE "/dev/sev-guest"

static bool request(int fd, unsigned long number, void *input,
                    struct snp_report_resp *response)
{
    struct snp_guest_request_ioctl argument = {
        .msg_version = 1,
        .req_data = (uintptr_t)input,
        .resp_data = (uintptr_t)response,
    };

    return ioctl(fd, number, &argument) == 0;
}

/* The firmware's own status and size stand before the report. */
static bool take(const struct snp_report_resp *response, SnpReport *report,
                 const char **why)
{
    SnpMsgReportRsp answer;

    _Static_assert(sizeof(answer) <= sizeof(response->data), "room");
    memcpy(&answer, response->data, sizeof(answer));
    if (le32_get(answer.status) ||
        le32_get(answer.report_size) != sizeof(*report)) {
        *why = "the firmware's answer is not a report";
        return false;
    }
    *report = answer.report;
    return true;
}

static bool ask_with_certs(int fd, const uint8_t *data, Evidence *evidence,
                           struct snp_report_resp *response)
{
    struct snp_ext_report_req input = {
        .certs_address = (uintptr_t)evidence->certs,
        .certs_len = sizeof(evidence->certs),
    };

    memset(evidence->certs, 0, sizeof(evidence->certs));
    memcpy(input.data.user_data, data, ATTEST_HASH_SIZE);
    if (!request(fd, SNP_GET_EXT_REPORT, &input, response)) {
        return false;
    }
    evidence->certs_size = snp_certs_size(evidence->certs,
                                          sizeof(evidence->certs));
    return true;
}

static bool ask(int fd, const uint8_t *data, Evidence *evidence,
                const char **why)
{
    struct snp_report_resp response = { 0 };
    struct snp_report_req input = { 0 };

    evidence->certs_size = 0;
    /* Without them the owner may still have its own. */
    if (!ask_with_certs(fd, data, evidence, &response)) {
        memset(&response, 0, sizeof(response));
        memcpy(input.user_data, data, ATTEST_HASH_SIZE);
        if (!request(fd, SNP_GET_REPORT, &input, &response)) {
            *why = strerror(errno);
            return false;
        }
    }
    return take(&response, &evidence->report, why);
}

bool snp_report(const uint8_t data[ATTEST_HASH_SIZE], Evidence *evidence,
                const char **why)
{
    int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
    bool ok;

    if (fd < 0) {
        *why = errno == ENOENT ? DEVICE " is missing: no SEV-SNP guest, or "
                                 "no sev-guest driver"
                               : strerror(errno);
        return false;
    }
    ok = ask(fd, data, evidence, why);
    close(fd);
    return ok;
}
