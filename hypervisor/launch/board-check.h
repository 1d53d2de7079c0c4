/*
 * Declares who looks at an SEV guest's board
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_BOARD_CHECK_H
#define HYPERVISOR_BOARD_CHECK_H

#include "hypervisor/run/sev-vm.h"

/**
 * board_check_register: look when the board is there
 *
 * RAM must be below the C-bit, and a kernel hashed if the user wants it to be.
 * QEMU ends with one line otherwise.
 */
void board_check_register(SevVm *vm);

#endif
