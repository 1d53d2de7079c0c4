/*
 * Declares the memory that an IGVM file is launched to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_IGVM_MEMORY_H
#define HYPERVISOR_IGVM_MEMORY_H

#include "hypervisor/launch/igvm-launch.h"

/**
 * igvm_memory_make: have RAM at each page that the file names
 *
 * Where the machine has none, regions "igvm.ADDRESS" are made, as QEMU has
 * them since 10.1.  Returns false and sets @errp where there is a device, or
 * where the file launches a page twice.
 */
bool igvm_memory_make(const IgvmLaunch *launch, Error **errp);

#endif
