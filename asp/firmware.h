/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the versions of the firmware (56860 chapter 3, Firmware Updates): that
 * which runs, that below which none may run any more, and the TCB that is
 * reported.
 */

#ifndef ASP_FIRMWARE_H
#define ASP_FIRMWARE_H

#include "asp/state.h"

/*
 * Starts the firmware that was committed last, as the flash has it. To be
 * called by each command that tells or changes a version; it does something
 * once, when the flash is whole. Until then the factory's runs.
 *
 * Returns SEV_FW_SUCCESS, or why not, as of asp_flash_load().
 */
uint32_t asp_firmware_boot(Asp *asp);

/*
 * May @version run where @committed was? SEV_FW_SUCCESS; SEV_FW_BAD_VERSION
 * if it is older; SEV_FW_BAD_SVN if a byte of its TCB is below.
 */
uint32_t asp_firmware_check(const AspVersion *version,
                            const AspVersion *committed);

/*
 * It runs from now on. A TCB that it does not reach is reported no more: it
 * has not the keys.
 */
void asp_firmware_run(Asp *asp, const AspVersion *version);

/*
 * The same, and nothing below it will. Statuses as of asp_firmware_check(),
 * against what is in the flash by now, and of asp_flash_load() and
 * asp_flash_store(); unless SEV_FW_SUCCESS, nothing has changed.
 */
uint32_t asp_firmware_commit(Asp *asp, const AspVersion *version);

/* @tcb is reported from now on. A VLEK is for one TCB, and forgotten. */
void asp_firmware_report(Asp *asp, const SnpTcbVersion *tcb);

#endif
