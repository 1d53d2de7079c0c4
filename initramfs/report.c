/*
 * The actions `report` and `reports`: what the guest can show of itself
 * (SEV-SNP)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An attestation report over sevemu.nonce=, the certificates that come with
 * one, and a derived key, by /dev/sev-guest; a report by configfs-tsm where
 * the kernel has that (tsm.c).  All is printed in hexadecimal for the host.
 *
 * Many reports, of which nothing is printed, are for `make bench`, which
 * takes the time as it does with workload.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sev-guest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"

#define DEVICE   "/dev/sev-guest"

#define REPORT_SIZE 1184
#define KEY_SIZE    32
#define ANSWER_HEAD 32          /* status, size; the rest comes after it */
#define CERTS_SIZE  0x4000      /* the most that Linux takes */
#define REPORTS     500         /* that the host times at once */

static bool request(int fd, const char *what, unsigned long number,
                    void *input, void *output)
{
    struct snp_guest_request_ioctl ioctl_arg = {
        .msg_version = 1,
        .req_data = (uintptr_t)input,
        .resp_data = (uintptr_t)output,
    };

    if (ioctl(fd, number, &ioctl_arg)) {
        return guest_fail("report: %s: %s, firmware 0x%x, hypervisor 0x%x",
                          what, strerror(errno), ioctl_arg.fw_error,
                          ioctl_arg.vmm_error);
    }
    return true;
}

static bool get_report(int fd, const uint8_t nonce[64],
                       struct snp_report_resp *response)
{
    struct snp_report_req input = { 0 };

    memcpy(input.user_data, nonce, sizeof(input.user_data));
    return request(fd, "SNP_GET_REPORT", SNP_GET_REPORT, &input, response);
}

static bool ask_report(int fd, const uint8_t nonce[64])
{
    struct snp_report_resp response = { 0 };

    if (!get_report(fd, nonce, &response)) {
        return false;
    }
    guest_say_hex("report: report", response.data + ANSWER_HEAD, REPORT_SIZE);
    return true;
}

static bool ask_extended(int fd, const uint8_t nonce[64])
{
    static uint8_t certs[CERTS_SIZE];
    struct snp_report_resp response = { 0 };
    struct snp_ext_report_req input = {
        .certs_address = (uintptr_t)certs, .certs_len = sizeof(certs),
    };

    memcpy(input.data.user_data, nonce, sizeof(input.data.user_data));
    if (!request(fd, "SNP_GET_EXT_REPORT", SNP_GET_EXT_REPORT, &input,
                 &response)) {
        return false;
    }
    guest_say_hex("report: extended", response.data + ANSWER_HEAD,
                  REPORT_SIZE);
    guest_say_table("report: certificates", certs, sizeof(certs));
    return true;
}

/* From the chip's key and the measurement */
static bool ask_key(int fd)
{
    struct snp_derived_key_req input = { .guest_field_select = 1 << 3 };
    struct snp_derived_key_resp response = { 0 };

    if (!request(fd, "SNP_GET_DERIVED_KEY", SNP_GET_DERIVED_KEY, &input,
                 &response)) {
        return false;
    }
    guest_say_hex("report: key", response.data + ANSWER_HEAD, KEY_SIZE);
    return true;
}

bool action_report(void)
{
    int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
    uint8_t nonce[64] = { 0 };
    bool ok;

    if (fd < 0) {
        return guest_fail("report: %s: %s", DEVICE, strerror(errno));
    }
    guest_nonce(nonce, sizeof(nonce));
    ok = ask_report(fd, nonce) && ask_extended(fd, nonce) && ask_key(fd) &&
         guest_tsm(nonce);
    close(fd);
    if (ok) {
        guest_say("report: reported");
    }
    return ok;
}

bool action_reports(void)
{
    int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
    struct snp_report_resp response;
    uint8_t nonce[64] = { 0 };
    unsigned done = 0;
    bool ok = true;

    if (fd < 0) {
        return guest_fail("reports: %s: %s", DEVICE, strerror(errno));
    }
    guest_say("reports: ready");
    while (ok && guest_wait_for_host()) {
        for (unsigned i = 0; ok && i < REPORTS; i++) {
            nonce[i % sizeof(nonce)]++;
            ok = get_report(fd, nonce, &response);
        }
        done += REPORTS;
        if (ok) {
            guest_say("reports: done %u", done);
        }
    }
    close(fd);
    return ok;
}
