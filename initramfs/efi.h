/*
 * EFI configuration tables, found without a driver
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SEVEMU_GUEST_EFI_H
#define SEVEMU_GUEST_EFI_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets @address to where the configuration table with that GUID is, 0 when
 * firmware installed none.  False, having said why, when it cannot be known.
 */
bool efi_find_table(const uint8_t guid[16], uint64_t *address);

#endif
