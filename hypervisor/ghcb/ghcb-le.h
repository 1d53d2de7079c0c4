/*
 * Little-endian numbers of guest memory, on any host, without QEMU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_GHCB_LE_H
#define HYPERVISOR_GHCB_LE_H

#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static inline uint16_t ghcb_le16(uint16_t v)
{
    return __builtin_bswap16(v);
}

static inline uint32_t ghcb_le32(uint32_t v)
{
    return __builtin_bswap32(v);
}

static inline uint64_t ghcb_le64(uint64_t v)
{
    return __builtin_bswap64(v);
}
#else
static inline uint16_t ghcb_le16(uint16_t v)
{
    return v;
}

static inline uint32_t ghcb_le32(uint32_t v)
{
    return v;
}

static inline uint64_t ghcb_le64(uint64_t v)
{
    return v;
}
#endif

#endif
