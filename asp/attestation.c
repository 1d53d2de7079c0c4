/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports what was launched, signed by the platform: ATTESTATION (55766
 * section 6.8; ATTESTATION_REPORT to Linux).
 */

#include <string.h>

#include "asp/commands.h"

static uint32_t make_report(const Asp *asp, const AspGuest *guest,
                            const SevCmdAttestation *cmd, SevReport *report)
{
    memset(report, 0, sizeof(*report));
    memcpy(report->mnonce, cmd->mnonce, sizeof(report->mnonce));
    memcpy(report->digest, guest->digest, sizeof(report->digest));
    report->policy = le32_of(guest->policy);
    report->sig_usage = le32_of(SEV_USAGE_PEK);
    report->sig_algo = le32_of(SEV_ALGO_ECDSA_SHA256);
    return asp_sign(&asp->identity.pek.scalar, report, SEV_REPORT_SIGNED_SIZE,
                    &report->sig) ? SEV_FW_RESOURCE_LIMIT : SEV_FW_SUCCESS;
}

/* Callers ask how long the report is by offering too little room. */
uint32_t asp_cmd_attestation(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdAttestation *cmd = buf;
    SevReport report;
    uint32_t status;

    if (le32_get(cmd->reserved)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (le32_get(cmd->len) < sizeof(report)) {
        cmd->len = le32_of(sizeof(report));
        return SEV_FW_INVALID_LEN;
    }
    status = make_report(asp, guest, cmd, &report);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    status = asp_write(asp, le64_get(cmd->paddr), &report, sizeof(report));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    cmd->len = le32_of(sizeof(report));
    return SEV_FW_SUCCESS;
}
