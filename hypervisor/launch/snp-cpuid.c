/*
 * CPUID for the launch of an SEV-SNP guest: QEMU's table, and what the secure
 * processor holds it against
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "hypervisor/launch/snp-commands.h"

/* Subfunctions that are looked at, of functions that have some */
#define MAX_SUBLEAF 64
/* Functions of a range that are: -cpu level= can say anything */
#define MAX_LEAVES  0x10000

static bool has_subleaves(uint32_t leaf)
{
    switch (leaf) {
    case 0x4:
    case 0x7:
    case 0xb:
    case 0xd:
    case 0x12:
    case 0x14:
    case 0x1d:
    case 0x1f:
    case 0x8000001d:
        return true;
    default:
        return false;
    }
}

/* Returns false when there is no room. */
static bool add(struct kvm_cpuid2 *cpuid, uint32_t room, uint32_t leaf,
                uint32_t subleaf, const uint32_t out[4])
{
    if (cpuid->nent == room) {
        return false;
    }
    cpuid->entries[cpuid->nent++] = (struct kvm_cpuid_entry2) {
        .function = leaf,
        .index = subleaf,
        .flags = has_subleaves(leaf) ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
        .eax = out[0],
        .ebx = out[1],
        .ecx = out[2],
        .edx = out[3],
    };
    return true;
}

static bool is_zero(const uint32_t out[4])
{
    return !(out[0] | out[1] | out[2] | out[3]);
}

/*
 * Topology and caches number their subfunctions without gaps: behind the
 * last, the type (in ECX or EAX) is 0.
 */
static bool is_end(uint32_t leaf, const uint32_t out[4])
{
    switch (leaf) {
    case 0xb:
    case 0x1f:
        return !(out[2] >> 8 & 0xff);
    case 0x4:
    case 0x8000001d:
        return !(out[0] & 0x1f);
    default:
        return false;
    }
}

static bool add_leaf(CPUX86State *env, struct kvm_cpuid2 *cpuid, uint32_t room,
                     uint32_t leaf)
{
    uint32_t count = has_subleaves(leaf) ? MAX_SUBLEAF : 1;

    for (uint32_t sub = 0; sub < count; sub++) {
        uint32_t out[4];

        cpu_x86_cpuid(env, leaf, sub, &out[0], &out[1], &out[2], &out[3]);
        if (is_end(leaf, out)) {
            break;
        }
        if (!is_zero(out) && !add(cpuid, room, leaf, sub, out)) {
            return false;
        }
    }
    return true;
}

int snp_get_cpuid(CPUState *cs, struct kvm_cpuid2 *cpuid)
{
    CPUX86State *env = cpu_env(cs);
    static const uint32_t first[] = { 0, 0x40000000, 0x80000000 };
    uint32_t room = cpuid->nent;

    cpuid->nent = 0;
    for (int i = 0; i < ARRAY_SIZE(first); i++) {
        uint32_t last, ignored;

        cpu_x86_cpuid(env, first[i], 0, &last, &ignored, &ignored, &ignored);
        last = MIN(last, first[i] + MAX_LEAVES - 1);
        for (uint32_t leaf = first[i]; leaf <= last; leaf++) {
            if (!add_leaf(env, cpuid, room, leaf)) {
                return -E2BIG;
            }
        }
    }
    return 0;
}

/*
 * Bytes of the compacted XSAVE area for these components: the legacy area and
 * the header, then each of the others, if it says so at a multiple of 64.
 * (QEMU's own answer is for all components that the CPU has.)
 */
static uint32_t compacted_size(CPUX86State *env, uint64_t components)
{
    uint32_t size = 0x240;

    for (int i = 2; i < 63; i++) {
        uint32_t bytes, offset, flags, ignored;

        if (components >> i & 1) {
            cpu_x86_cpuid(env, 0xd, i, &bytes, &offset, &flags, &ignored);
            size = (flags & 2 ? ROUND_UP(size, 64) : size) + bytes;
        }
    }
    return size;
}

int snp_host_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                   uint64_t xcr0, uint64_t xss, uint32_t out[4])
{
    CPUX86State *env = cpu_env(first_cpu);
    uint64_t own_xcr0 = env->xcr0, own_xss = env->xss;
    uint32_t last, ignored;

    cpu_x86_cpuid(env, leaf & 0xc0000000, 0, &last, &ignored, &ignored,
                  &ignored);
    env->xcr0 = xcr0;
    env->xss = xss;
    cpu_x86_cpuid(env, leaf, subleaf, &out[0], &out[1], &out[2], &out[3]);
    if (leaf == 0xd && subleaf == 1) {
        out[1] = compacted_size(env, xcr0 | xss);
    }
    env->xcr0 = own_xcr0;
    env->xss = own_xss;
    return leaf <= last ? 0 : -1;
}
