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

#endif
