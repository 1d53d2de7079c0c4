/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the versions of the firmware.
 */

#include "asp/firmware.h"

#include "asp/flash.h"

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
