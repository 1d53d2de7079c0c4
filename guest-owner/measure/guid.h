/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns GUIDs from their text form to the bytes that OVMF's tables hold. */

#ifndef OWNER_GUID_H
#define OWNER_GUID_H

#include <stdbool.h>
#include "abi/guid.h"

#define GUID_TEXT_LENGTH 36

/*
 * Parses the GUID_TEXT_LENGTH characters at @text, which may go on after
 * them, as 8-4-4-4-12 hexadecimal digits of either case.
 */
bool guid_parse(const char *text, AbiGuid *guid);

bool guid_equal(const AbiGuid *a, const AbiGuid *b);

#endif
