/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the fields that cpuid.h names. */
#include "cpuid.h"
#include "x86.h"

static uint32_t field_leaf(CpuidField field)
{
    return field >> 32;
}

bool cpuid_in_range(CpuidField field)
{
    uint32_t leaf = field_leaf(field);
    uint32_t base = leaf & 0xffff0000;
    uint32_t r[4];

    cpuid(base, 0, r);
    /* A CPU without this range answers with something outside of it. */
    return leaf <= r[EAX] && (r[EAX] & 0xffff0000) == base;
}

uint32_t cpuid_get(CpuidField field)
{
    unsigned low = field >> 8 & 0xff, width = field & 0xff;
    uint32_t r[4];

    if (!cpuid_in_range(field)) {
        return 0;
    }
    cpuid(field_leaf(field), field >> 24 & 0xff, r);
    return r[field >> 16 & 0xff] >> low & (0xffffffffu >> (32 - width));
}

unsigned cpuid_phys_bits(void)
{
    unsigned bits = cpuid_get(CPUID_PHYS_BITS);

    return bits ? bits : 36;
}
