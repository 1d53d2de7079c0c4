/*
 * Declares the parameter areas of an IGVM file: what a guest is told about its
 * machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_IGVM_PARAMETERS_H
#define HYPERVISOR_IGVM_PARAMETERS_H

#include "hypervisor/launch/igvm-launch.h"

/**
 * igvm_parameters_make: write all that the file asks for to its areas
 *
 * When the board has been built: it stays so.  Returns false and sets @errp
 * where an area has too little room.
 */
bool igvm_parameters_make(IgvmLaunch *launch, Error **errp);

/** igvm_parameters_has: is a parameter of this type one that it can write? */
bool igvm_parameters_has(uint32_t type);

/** igvm_parameters_area: an area's content */
GByteArray *igvm_parameters_area(const IgvmLaunch *launch, uint32_t index);

#endif
