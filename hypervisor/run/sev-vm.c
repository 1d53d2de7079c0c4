/*
 * Finds what the hypervisor has of the machine's SEV guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/boards.h"
#include "sev-guest.h"
#include "hypervisor/run/sev-vm.h"

SevVm *sev_vm(void)
{
    ConfidentialGuestSupport *cgs = current_machine ? current_machine->cgs
                                                    : NULL;
    Object *sev = cgs ? object_dynamic_cast(OBJECT(cgs), TYPE_SEV_COMMON)
                      : NULL;

    return sev ? SEV_COMMON(sev)->vm : NULL;
}
