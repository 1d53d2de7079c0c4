/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the versions of the firmware.
 */

#include "asp/firmware.h"

#include <string.h>

#include "asp/crypto.h"
#include "asp/flash.h"
#include "asp/vlek.h"

uint32_t asp_firmware_boot(Asp *asp)
{
    AspSnp *snp = &asp->snp;
    AspVersion committed;
    uint32_t status;

    if (snp->booted) {
        return SEV_FW_SUCCESS;
    }
    status = asp_flash_load_committed(asp, &committed);
    if (status == SEV_FW_SUCCESS) {
        snp->booted = true;
        snp->committed = committed;
        snp->current = committed;
        snp->reported_tcb = committed.tcb;
    }
    return status;
}

uint32_t asp_firmware_check(const AspVersion *version,
                            const AspVersion *committed)
{
    if (asp_version_compare(version, committed) < 0) {
        return SEV_FW_BAD_VERSION;
    }
    return asp_tcb_within(&committed->tcb, &version->tcb) ? SEV_FW_SUCCESS
                                                         : SEV_FW_BAD_SVN;
}

void asp_firmware_report(Asp *asp, const SnpTcbVersion *tcb)
{
    AspSnp *snp = &asp->snp;

    if (memcmp(snp->reported_tcb.byte, tcb->byte, sizeof(tcb->byte))) {
        snp->reported_tcb = *tcb;
        asp_vlek_forget(snp);
    }
}

void asp_firmware_run(Asp *asp, const AspVersion *version)
{
    AspSnp *snp = &asp->snp;

    snp->current = *version;
    if (!asp_tcb_within(&snp->reported_tcb, &version->tcb)) {
        asp_firmware_report(asp, &version->tcb);
    }
}

uint32_t asp_firmware_commit(Asp *asp, const AspVersion *version)
{
    AspFlashContent content;
    uint32_t status = asp_flash_load(asp, &content);

    if (status == SEV_FW_SUCCESS) {
        status = asp_firmware_check(version, &content.committed);
    }
    if (status == SEV_FW_SUCCESS &&
        !asp_version_equal(version, &content.committed)) {
        content.committed = *version;
        status = asp_flash_store(asp, &content);
    }
    asp_wipe(&content, sizeof(content));
    if (status == SEV_FW_SUCCESS) {
        asp->snp.committed = *version;
        asp->snp.current = *version;
        asp_firmware_report(asp, &version->tcb);
    }
    return status;
}
