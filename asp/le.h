/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns numbers of command buffers and packets to and from little-endian. One
 * name for both ways: the operation is its own inverse. Compilers make
 * nothing, or a byte swap, of it.
 */

#ifndef ASP_LE_H
#define ASP_LE_H

#include <stdint.h>
#include <string.h>

static inline uint16_t asp_le16(uint16_t x)
{
    uint8_t b[sizeof(x)];

    memcpy(b, &x, sizeof(x));
    return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t asp_le32(uint32_t x)
{
    uint8_t b[sizeof(x)];

    memcpy(b, &x, sizeof(x));
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
           (uint32_t)b[3] << 24;
}

static inline uint64_t asp_le64(uint64_t x)
{
    uint32_t half[2];

    memcpy(half, &x, sizeof(x));
    return (uint64_t)asp_le32(half[0]) | (uint64_t)asp_le32(half[1]) << 32;
}

#endif
