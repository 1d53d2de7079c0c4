/*
 * Declares who notices that all vCPUs of a SEV guest have halted for good
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_DEAD_HALT_H
#define HYPERVISOR_DEAD_HALT_H

#include "hypervisor/run/sev-vm.h"

/** dead_halt_init: watch the machine's SEV guest; before there are vCPUs */
void dead_halt_init(SevVm *vm);

/**
 * dead_halt_suspect: a vCPU stops, and no interrupt will wake it
 *
 * On the vCPU's own thread, with or without the BQL.  If all others are in such
 * a state too, and it lasts, the user is told and QMP has SEV_GUEST_HALTED.
 */
void dead_halt_suspect(SevVm *vm);

#endif
