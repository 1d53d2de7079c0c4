/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles SNP_VLEK_LOAD (56860 section 8.30). SNP_SHUTDOWN deletes the key, and
 * so does another reported TCB.
 */

#include "asp/crypto.h"
#include "asp/snp-commands.h"
#include "asp/vlek.h"

/* A report must be signed by a key of the TCB that it tells. */
static uint32_t load(Asp *asp, SnpVlekHashstick *stick)
{
    AspSnp *snp = &asp->snp;
    SnpTcbVersion tcb = stick->tcb;
    uint8_t seed[ASP_VLEK_SEED_SIZE];
    AspEcScalar scalar;
    uint32_t status = asp_vlek_unwrap(&asp->fuses, stick, seed);

    if (status == SEV_FW_SUCCESS &&
        !asp_equal(tcb.byte, snp->reported_tcb.byte, sizeof(tcb.byte))) {
        status = SEV_FW_INVALID_PARAM;
    }
    if (status == SEV_FW_SUCCESS && asp_vlek(seed, &tcb, &scalar)) {
        status = SEV_FW_RESOURCE_LIMIT;
    }
    if (status == SEV_FW_SUCCESS) {
        snp->vlek = scalar;
        snp->vlek_loaded = true;
    }
    asp_wipe(seed, sizeof(seed));
    asp_wipe(&scalar, sizeof(scalar));
    return status;
}

uint32_t asp_snp_cmd_vlek_load(Asp *asp, AspSnpGuest *guest, const void *buf)
{
    const SnpCmdVlekLoad *cmd = buf;
    SnpVlekHashstick stick;
    uint32_t status;

    if (le32_get(cmd->len) != sizeof(*cmd)) {
        return SEV_FW_INVALID_LEN;
    }
    if (cmd->version ||
        !asp_all_zero(cmd->reserved, sizeof(cmd->reserved))) {
        return SEV_FW_INVALID_PARAM;
    }
    status = asp_read(asp, le64_get(cmd->paddr), &stick, sizeof(stick));
    return status == SEV_FW_SUCCESS ? load(asp, &stick) : status;
}
