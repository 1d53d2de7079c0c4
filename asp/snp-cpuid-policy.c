/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds the CPUID policy: a table and pure functions. Outside the standard range
 * (0000_xxxx) and the extended range (8000_xxxx) everything is the
 * hypervisor's; within them what is not in the table must be zero.
 */

#include "asp/snp-cpuid.h"

#include <stddef.h>

#define RANGE_MASK     0xffff0000u
#define RANGE_STANDARD 0x00000000u
#define RANGE_EXTENDED 0x80000000u

#define ZERO   ASP_CPUID_ZERO
#define ANY    ASP_CPUID_ANY
#define STRICT ASP_CPUID_STRICT
#define NONE   ASP_CPUID_SAME_OR_NONE
#define BITS   ASP_CPUID_BITS
#define LIMIT  ASP_CPUID_LIMIT
#define BYTES  ASP_CPUID_LIMIT_BYTES

#define LEAF(LEAF, ...)  { LEAF, 0, UINT32_MAX, false, { __VA_ARGS__ }, { 0 } }
#define SUB(LEAF, FIRST, LAST, ...) \
    { LEAF, FIRST, LAST, true, { __VA_ARGS__ }, { 0 } }

/* ECX of Fn0000_0001: OSXSAVE follows CR4; a hypervisor is there */
#define FN1_ECX_FREE (1u << 27 | 1u << 31)
#define FN1_EDX_FREE (1u << 28)             /* HTT: of the topology */
/* ECX of Fn8000_0001: CmpLegacy */
#define FN8_ECX_FREE (1u << 1)

static const AspCpuidRule rules[] = {
    LEAF(0x00000000, LIMIT, STRICT, STRICT, STRICT),
    { 0x00000001, 0, UINT32_MAX, false, { ANY, ANY, BITS, BITS },
      { 0, 0, FN1_ECX_FREE, FN1_EDX_FREE } },
    LEAF(0x00000005, BYTES, BYTES, BITS, ZERO),
    LEAF(0x00000006, BITS, ZERO, BITS, ZERO),
    SUB(0x00000007, 0, 0, LIMIT, BITS, BITS, BITS),
    SUB(0x00000007, 1, 1, BITS, BITS, BITS, BITS),
    SUB(0x0000000b, 0, UINT32_MAX, ANY, ANY, ANY, ANY),
    SUB(0x0000000d, 0, 0, BITS, STRICT, LIMIT, BITS),
    SUB(0x0000000d, 1, 1, BITS, STRICT, BITS, BITS),
    SUB(0x0000000d, 2, 63, NONE, NONE, BITS, BITS),
    SUB(0x0000000f, 0, UINT32_MAX, BITS, LIMIT, LIMIT, BITS),
    SUB(0x00000010, 0, UINT32_MAX, LIMIT, BITS, BITS, LIMIT),
    LEAF(0x80000000, LIMIT, STRICT, STRICT, STRICT),
    { 0x80000001, 0, UINT32_MAX, false, { ANY, ANY, BITS, BITS },
      { 0, 0, FN8_ECX_FREE, 0 } },
    LEAF(0x80000002, ANY, ANY, ANY, ANY),
    LEAF(0x80000003, ANY, ANY, ANY, ANY),
    LEAF(0x80000004, ANY, ANY, ANY, ANY),
    LEAF(0x80000005, ANY, ANY, ANY, ANY),
    LEAF(0x80000006, ANY, ANY, ANY, ANY),
    LEAF(0x80000007, BITS, BITS, ANY, BITS),
    LEAF(0x80000008, BYTES, BITS, ANY, ANY),
    LEAF(0x8000000a, BITS, LIMIT, BITS, BITS),
    LEAF(0x80000019, ANY, ANY, ANY, ANY),
    LEAF(0x8000001a, BITS, ZERO, ZERO, ZERO),
    LEAF(0x8000001b, BITS, ZERO, ZERO, ZERO),
    LEAF(0x8000001c, BITS, ANY, BITS, BITS),
    SUB(0x8000001d, 0, UINT32_MAX, ANY, ANY, ANY, ANY),
    LEAF(0x8000001e, ANY, ANY, ANY, ZERO),
    LEAF(0x8000001f, BITS, ANY, ANY, ANY),
    SUB(0x80000020, 0, UINT32_MAX, BITS, BITS, BITS, BITS),
    LEAF(0x80000021, BITS, BITS, BITS, BITS),
    LEAF(0x80000022, BITS, LIMIT, BITS, BITS),
    SUB(0x80000026, 0, UINT32_MAX, ANY, ANY, ANY, ANY),
};

static const AspCpuidRule free_rule = LEAF(0, ANY, ANY, ANY, ANY);
static const AspCpuidRule zero_rule = LEAF(0, ZERO, ZERO, ZERO, ZERO);

const AspCpuidRule *asp_cpuid_rule(uint32_t leaf, uint32_t subleaf)
{
    uint32_t range = leaf & RANGE_MASK;

    if (range != RANGE_STANDARD && range != RANGE_EXTENDED) {
        return &free_rule;
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const AspCpuidRule *rule = &rules[i];

        if (rule->leaf == leaf &&
            (!rule->has_subleaf ||
             (subleaf >= rule->first && subleaf <= rule->last))) {
            return rule;
        }
    }
    return &zero_rule;
}

static uint32_t limit_bytes(uint32_t guest, uint32_t host)
{
    uint32_t result = 0;

    for (unsigned shift = 0; shift < 32; shift += 8) {
        uint32_t mask = 0xffu << shift;
        uint32_t g = guest & mask, h = host & mask;

        result |= g < h ? g : h;
    }
    return result;
}

uint32_t asp_cpuid_correct(AspCpuidCheck check, uint32_t free,
                           uint32_t guest, uint32_t host)
{
    switch (check) {
    case ASP_CPUID_ANY:
        return guest;
    case ASP_CPUID_STRICT:
        return host;
    case ASP_CPUID_SAME_OR_NONE:
        return guest ? host : 0;
    case ASP_CPUID_BITS:
        return guest & (host | free);
    case ASP_CPUID_LIMIT:
        return guest < host ? guest : host;
    case ASP_CPUID_LIMIT_BYTES:
        return limit_bytes(guest, host);
    default:
        return 0;
    }
}
