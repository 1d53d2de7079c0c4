/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the state that a SEV-ES guest's CPUs begin with, as KVM under QEMU
 * makes it: the guest owner's own reckoning, as the measurement covers it.
 */

#ifndef OWNER_VMSA_H
#define OWNER_VMSA_H

#include "abi/vmsa.h"
#include "guest-owner/measure/cpus.h"

/* The state of the first of @cpus, or of any other */
void vmsa_build(const GuestCpus *cpus, bool first, SevVmsa *vmsa);

#endif
