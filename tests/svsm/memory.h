/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's memory, which all that it names has to be in: RAM and its
 * firmware's image, and neither the SVSM nor what a CPU runs with.
 */
#ifndef SVSM_MEMORY_H
#define SVSM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/igvm.h"

/* MAP: of the machine, for one page; the host has written it. */
void memory_init(const IgvmMemoryMapEntry *map, uint64_t firmware,
                 uint64_t firmware_size);

/* Does the guest have all of it? */
bool memory_is_guests(uint64_t gpa, uint64_t size);

/*
 * Copies once.  False where that is not the guest's, or not validated: then
 * some of it may have been copied.
 */
bool guest_read(uint64_t gpa, void *to, size_t size);
bool guest_write(uint64_t gpa, const void *from, size_t size);

#endif
