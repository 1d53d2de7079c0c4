/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes GUIDs as they lie in memory: the first three fields little-endian,
 * the last eight bytes in order (UEFI specification, appendix A). Written from
 * the fields, so that a constant reads like the text form.
 */

#ifndef ABI_GUID_H
#define ABI_GUID_H

#include <stdint.h>

#define ABI_GUID_SIZE 16

typedef struct AbiGuid {
    uint8_t byte[ABI_GUID_SIZE];
} AbiGuid;

/*
 * Initializer of an AbiGuid: ABI_GUID(0x00112233, 0x4455, 0x6677, 0x88,
 * 0x99, ...) is 00112233-4455-6677-8899-...
 */
#define ABI_GUID(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)               \
    { { (a) & 0xff, ((a) >> 8) & 0xff, ((a) >> 16) & 0xff, (a) >> 24,   \
        (b) & 0xff, (b) >> 8, (c) & 0xff, (c) >> 8,                     \
        d0, d1, d2, d3, d4, d5, d6, d7 } }

#endif
