/*
 * Who has taken which VMPL's permissions, for words about accesses that fail
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_VMPL_TAKINGS_H
#define HYPERVISOR_VMPL_TAKINGS_H

#include "hypervisor/run/sev-vcpu.h"

void vmpl_takings_init(SevVm *vm);

/** vmpl_takings_forget: the guest is launched anew, and has taken nothing */
void vmpl_takings_forget(SevVm *vm);

/** vmpl_takings_note: SevExits.adjusted */
void vmpl_takings_note(SevCpu *sev, const RmpAccess *page, uint64_t rdx,
                       uintptr_t ra);

/**
 * vmpl_takings_tell: where @access may have lost what it lacks
 * @buf: gets the rest of a line, "; the last RMPADJUST to leave it less ..."
 */
void vmpl_takings_tell(SevVm *vm, const RmpAccess *access, char *buf,
                       size_t size);

#endif
