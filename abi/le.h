/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes little-endian numbers types of their own.
 *
 * What lies in memory as a specification says has its numbers little-endian,
 * whatever the host is. A field of such a type is no number for the compiler:
 * it is copied as it is, and without le32_get() or le32_of() nothing else can
 * be done with it. They have no alignment, so a structure of them needs no
 * care about it either. Compilers make one load or store of the conversions.
 */

#ifndef ABI_LE_H
#define ABI_LE_H

#include <stdint.h>

typedef struct le16 { uint8_t b[2]; } le16;
typedef struct le32 { uint8_t b[4]; } le32;
typedef struct le64 { uint8_t b[8]; } le64;

/*
 * A number where a structure's initializer has such a field would be taken
 * for its first byte: not without braces, and not with a mere warning.
 */
#pragma GCC diagnostic error "-Wmissing-braces"

static inline uint16_t le16_get(le16 x)
{
    return (uint16_t)(x.b[0] | x.b[1] << 8);
}

static inline uint32_t le32_get(le32 x)
{
    return (uint32_t)x.b[0] | (uint32_t)x.b[1] << 8 |
           (uint32_t)x.b[2] << 16 | (uint32_t)x.b[3] << 24;
}

static inline uint64_t le64_get(le64 x)
{
    return (uint64_t)x.b[0] | (uint64_t)x.b[1] << 8 |
           (uint64_t)x.b[2] << 16 | (uint64_t)x.b[3] << 24 |
           (uint64_t)x.b[4] << 32 | (uint64_t)x.b[5] << 40 |
           (uint64_t)x.b[6] << 48 | (uint64_t)x.b[7] << 56;
}

static inline le16 le16_of(uint16_t v)
{
    return (le16) { { (uint8_t)v, (uint8_t)(v >> 8) } };
}

static inline le32 le32_of(uint32_t v)
{
    return (le32) { { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                      (uint8_t)(v >> 24) } };
}

static inline le64 le64_of(uint64_t v)
{
    return (le64) { { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                      (uint8_t)(v >> 24), (uint8_t)(v >> 32),
                      (uint8_t)(v >> 40), (uint8_t)(v >> 48),
                      (uint8_t)(v >> 56) } };
}

#endif
