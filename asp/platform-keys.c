/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles commands for the platform's keys (55766 chapter 5, Platform
 * Management API): PEK_GEN, PDH_GEN, PDH_CERT_EXPORT.
 */

#include "asp/commands.h"
#include "asp/crypto.h"
#include "asp/flash.h"

typedef uint32_t MakeKeys(Asp *asp, AspIdentity *identity);

/*
 * New keys count only when they are in flash. Whatever else is there, by
 * another who uses the platform, stays.
 */
static uint32_t replace(Asp *asp, MakeKeys *make)
{
    AspFlashContent content;
    uint32_t status = asp_flash_load(asp, &content);

    if (status == SEV_FW_SUCCESS) {
        content.has_identity = true;
        content.identity = asp->identity;
        status = make(asp, &content.identity);
    }
    if (status == SEV_FW_SUCCESS) {
        status = asp_flash_store(asp, &content);
    }
    if (status == SEV_FW_SUCCESS) {
        asp->identity = content.identity;
    }
    asp_wipe(&content, sizeof(content));
    return status;
}

/*
 * 55766 PEK_GEN: a new PEK, and all that hangs on it. The platform is its
 * own owner afterwards, so the OCA is new too.
 */
uint32_t asp_cmd_pek_gen(Asp *asp, AspGuest *guest, void *buf)
{
    return replace(asp, asp_identity_make);
}

/* 55766 PDH_GEN: sessions made for the old PDH open no more */
uint32_t asp_cmd_pdh_gen(Asp *asp, AspGuest *guest, void *buf)
{
    return replace(asp, asp_identity_make_pdh);
}

static uint32_t write_certs(Asp *asp, const SevCmdPdhCertExport *cmd)
{
    SevCertChain chain;
    uint32_t status;

    if (asp_identity_chain(&asp->fuses, &asp->identity, &chain)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    status = asp_write(asp, le64_get(cmd->pdh_paddr),
                       &asp->identity.pdh.cert, sizeof(SevCert));
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    return asp_write(asp, le64_get(cmd->chain_paddr), &chain, sizeof(chain));
}

/* 55766 PDH_CERT_EXPORT. Callers ask for the lengths by offering none. */
uint32_t asp_cmd_pdh_cert_export(Asp *asp, AspGuest *guest, void *buf)
{
    SevCmdPdhCertExport *cmd = buf;
    uint32_t status;

    if (le32_get(cmd->reserved)) {
        return SEV_FW_INVALID_PARAM;
    }
    if (le32_get(cmd->pdh_len) < sizeof(SevCert) ||
        le32_get(cmd->chain_len) < sizeof(SevCertChain)) {
        status = SEV_FW_INVALID_LEN;
    } else {
        status = write_certs(asp, cmd);
        if (status != SEV_FW_SUCCESS) {
            return status;
        }
    }
    cmd->pdh_len = le32_of(sizeof(SevCert));
    cmd->chain_len = le32_of(sizeof(SevCertChain));
    return status;
}
