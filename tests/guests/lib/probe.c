/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions that may fault: see probe.h. */
#include "probe.h"

#define UNUSED __attribute__((unused))

uintptr_t probe_read(uintptr_t a, UNUSED uintptr_t unused)
{
    uintptr_t value;

    asm volatile(".globl probe_read_ip\nprobe_read_ip: mov (%1), %0"
                 : "=r"(value) : "r"(a) : "memory");
    return value;
}

uintptr_t probe_write(uintptr_t a, uintptr_t b)
{
    asm volatile(".globl probe_write_ip\nprobe_write_ip: mov %0, (%1)"
                 : : "r"(b), "r"(a) : "memory");
    return b;
}

uintptr_t probe_call(uintptr_t a, UNUSED uintptr_t unused)
{
    uintptr_t (*code)(void) = (void *)a;

    return code();
}

uintptr_t probe_rdmsr(uintptr_t a, uintptr_t b)
{
    uint32_t low, high;

    asm volatile(".globl probe_rdmsr_ip\nprobe_rdmsr_ip: rdmsr"
                 : "=a"(low), "=d"(high) : "c"(a));
    *(uint64_t *)b = (uint64_t)high << 32 | low;
    return 0;
}

uintptr_t probe_wrmsr(uintptr_t a, uintptr_t b)
{
    uint64_t value = *(uint64_t *)b;

    asm volatile(".globl probe_wrmsr_ip\nprobe_wrmsr_ip: wrmsr"
                 : : "c"(a), "a"((uint32_t)value),
                 "d"((uint32_t)(value >> 32)) : "memory");
    return 0;
}

uintptr_t probe_rdrand(UNUSED uintptr_t unused, UNUSED uintptr_t unused2)
{
    uintptr_t value;

    asm volatile("rdrand %0" : "=r"(value) : : "cc");
    return value;
}

uintptr_t probe_write_cr3(uintptr_t a, UNUSED uintptr_t unused)
{
    asm volatile(".globl probe_write_cr3_ip\n"
                 "probe_write_cr3_ip: mov %0, %%cr3" : : "r"(a) : "memory");
    return 0;
}
