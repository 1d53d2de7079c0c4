/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes little-endian numbers types of their own.
 *
 * What lies in memory as a specification says has its numbers little-endian,
 * whatever the host is. A field of such a type is no number for the compiler:
 * it is copied as it is, and without le32_get() or le32_of() nothing else can
 * be done with it. They have no alignment, so a structure of them needs no
 * care about it either. A conversion is one load or store, and no more than
 * that where the host is little-endian.
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

/* Of a number as it lies in memory, or for it: the same in both directions */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LE_HOST(bits, v) (v)
#else
#define LE_HOST(bits, v) __builtin_bswap##bits(v)
#endif

static inline uint16_t le16_get(le16 x)
{
    uint16_t v;

    __builtin_memcpy(&v, &x, sizeof(v));
    return LE_HOST(16, v);
}

static inline uint32_t le32_get(le32 x)
{
    uint32_t v;

    __builtin_memcpy(&v, &x, sizeof(v));
    return LE_HOST(32, v);
}

static inline uint64_t le64_get(le64 x)
{
    uint64_t v;

    __builtin_memcpy(&v, &x, sizeof(v));
    return LE_HOST(64, v);
}

static inline le16 le16_of(uint16_t v)
{
    le16 x;

    v = LE_HOST(16, v);
    __builtin_memcpy(&x, &v, sizeof(x));
    return x;
}

static inline le32 le32_of(uint32_t v)
{
    le32 x;

    v = LE_HOST(32, v);
    __builtin_memcpy(&x, &v, sizeof(x));
    return x;
}

static inline le64 le64_of(uint64_t v)
{
    le64 x;

    v = LE_HOST(64, v);
    __builtin_memcpy(&x, &v, sizeof(x));
    return x;
}

#endif
