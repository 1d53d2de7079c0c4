/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of command buffers and packets, to and from little-endian. One
 * name for both ways: the operation is its own inverse.
 */

#ifndef ASP_LE_H
#define ASP_LE_H

#include <stdint.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

static inline uint32_t asp_le32(uint32_t x)
{
    return x;
}

static inline uint64_t asp_le64(uint64_t x)
{
    return x;
}

#else

static inline uint32_t asp_le32(uint32_t x)
{
    return __builtin_bswap32(x);
}

static inline uint64_t asp_le64(uint64_t x)
{
    return __builtin_bswap64(x);
}

#endif

#endif
