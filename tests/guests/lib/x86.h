/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single instructions as C functions, in both the 32- and the 64-bit image. */
#ifndef GUESTS_X86_H
#define GUESTS_X86_H

#include <stddef.h>
#include <stdint.h>

#define CR0_MP          (1u << 1)
#define CR0_NE          (1u << 5)
#define CR0_WP          (1u << 16)
#define CR0_NW          (1u << 29)
#define CR0_CD          (1u << 30)
#define CR0_PG          (1u << 31)
#define CR4_DE          (1u << 3)
#define CR4_OSXSAVE     (1u << 18)
#define CR4_PSE         (1u << 4)
#define CR4_PAE         (1u << 5)
#define CR4_MCE         (1u << 6)
#define CR4_LA57        (1u << 12)
#define CR4_OSFXSR      (1u << 9)
#define CR4_OSXMMEXCPT  (1u << 10)

#define VECTOR_DB       1
#define VECTOR_NMI      2
#define VECTOR_UD       6
#define VECTOR_GP       13
#define VECTOR_PF       14
#define VECTOR_AC       17
#define VECTOR_HV       28
#define VECTOR_VC       29

/* Page-fault error code */
#define PF_PRESENT      0x01
#define PF_WRITE        0x02
#define PF_USER         0x04
#define PF_RESERVED     0x08
#define PF_FETCH        0x10

static inline void outb(uint16_t port, uint8_t value)
{
    asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
    uint8_t value;

    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline uint32_t inl(uint16_t port)
{
    uint32_t value;

    asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void outl(uint16_t port, uint32_t value)
{
    asm volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outw(uint16_t port, uint16_t value)
{
    asm volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t r[4])
{
    asm volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3])
                 : "a"(leaf), "c"(subleaf));
}

static inline uint64_t rdmsr(uint32_t index)
{
    uint32_t low, high;

    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t index, uint64_t value)
{
    asm volatile("wrmsr" : : "c"(index), "a"((uint32_t)value),
                 "d"((uint32_t)(value >> 32)) : "memory");
}

#define CONTROL_REGISTER(n)                                             \
    static inline uintptr_t read_cr##n(void)                            \
    {                                                                   \
        uintptr_t value;                                                \
                                                                        \
        asm volatile("mov %%cr" #n ", %0" : "=r"(value) : : "memory");  \
        return value;                                                   \
    }                                                                   \
                                                                        \
    static inline void write_cr##n(uintptr_t value)                     \
    {                                                                   \
        asm volatile("mov %0, %%cr" #n : : "r"(value) : "memory");      \
    }

CONTROL_REGISTER(0)
CONTROL_REGISTER(3)
CONTROL_REGISTER(4)

static inline uintptr_t read_cr2(void)
{
    uintptr_t value;

    asm volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

/*
 * An access that happens exactly once, where it is written: the compiler
 * cannot know of page tables, devices and other CPUs.
 */
static inline uint32_t read32(uintptr_t address)
{
    /* volatile: see above */
    return *(const volatile uint32_t *)address;
}

static inline void write32(uintptr_t address, uint32_t value)
{
    /* volatile: see above */
    *(volatile uint32_t *)address = value;
}

static inline void pause(void)
{
    asm volatile("pause" : : : "memory");
}

#endif
