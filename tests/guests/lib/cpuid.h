/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUID: each feature or number is one constant, FIELD(leaf, subleaf,
 * register, lowest bit, width), checked when it is compiled; tests name it
 * and nothing else.  Assembly sees the plain numbers only.
 */
#ifndef GUESTS_CPUID_H
#define GUESTS_CPUID_H

#define CPUID_LEAF_FEATURES7            0x00000007
#define CPUID_LEAF_EXTENDED_MAX         0x80000000
#define CPUID_LEAF_ADDRESS_SIZES        0x80000008
#define CPUID_LEAF_ENCRYPTED_MEMORY     0x8000001f  /* APM volume 3, E.4.17 */
#define CPUID_LEAF_EXTENDED2            0x80000021

#define CPUID_SEV_BIT                   1
#define CPUID_SEV_ES_BIT                3
#define CPUID_SEV_SNP_BIT               4
#define CPUID_SEV_VMPL_BIT              5
#define CPUID_SEV_SECURE_TSC_BIT        8
#define CPUID_LA57_BIT                  16

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

enum cpuid_register { EAX, EBX, ECX, EDX };

typedef uint64_t CpuidField;

#define FIELD(leaf, subleaf, reg, low, width)                           \
    ((CpuidField)(leaf) << 32 | (subleaf) << 24 | (reg) << 16 |         \
     (low) << 8 | (width) |                                             \
     0 * sizeof(char[(reg) <= EDX && (width) >= 1 &&                    \
                     (low) + (width) <= 32 && (subleaf) < 256 ? 1 : -1]))

#define FEATURE(leaf, subleaf, reg, bit) FIELD(leaf, subleaf, reg, bit, 1)

#define CPUID_APIC_ID           FIELD(1, 0, EBX, 24, 8)
#define CPUID_RDRAND            FEATURE(1, 0, ECX, 30)
#define CPUID_PSE               FEATURE(1, 0, EDX, 3)
#define CPUID_PAE               FEATURE(1, 0, EDX, 6)
#define CPUID_MONITOR           FEATURE(1, 0, ECX, 3)
#define CPUID_X2APIC            FEATURE(1, 0, ECX, 21)
#define CPUID_XSAVE             FEATURE(1, 0, ECX, 26)
#define CPUID_LA57              FEATURE(7, 0, ECX, CPUID_LA57_BIT)
#define CPUID_EXTENDED_MAX      FIELD(CPUID_LEAF_EXTENDED_MAX, 0, EAX, 0, 32)
#define CPUID_SVM               FEATURE(0x80000001, 0, ECX, 2)
#define CPUID_RDTSCP            FEATURE(0x80000001, 0, EDX, 27)
#define CPUID_INVLPGB           FEATURE(0x80000008, 0, EBX, 3)
#define CPUID_INVLPGB_COUNT     FIELD(0x80000008, 0, EDX, 0, 16)
#define CPUID_RDPRU             FEATURE(0x80000008, 0, EBX, 4)
#define CPUID_NX                FEATURE(0x80000001, 0, EDX, 20)
#define CPUID_1G_PAGES          FEATURE(0x80000001, 0, EDX, 26)
#define CPUID_PHYS_BITS         FIELD(CPUID_LEAF_ADDRESS_SIZES, 0, EAX, 0, 8)
#define CPUID_LINEAR_BITS       FIELD(CPUID_LEAF_ADDRESS_SIZES, 0, EAX, 8, 8)
#define CPUID_GUEST_PHYS_BITS   FIELD(CPUID_LEAF_ADDRESS_SIZES, 0, EAX, 16, 8)

/* LFENCE waits: bit 2. A null selector clears the segment's base: bit 6. */
#define CPUID_EXTENDED2         FIELD(CPUID_LEAF_EXTENDED2, 0, EAX, 0, 32)

#define CPUID_SME               FEATURE(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EAX, 0)
#define CPUID_SEV               FEATURE(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EAX, \
                                        CPUID_SEV_BIT)
#define CPUID_SEV_ES            FEATURE(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EAX, \
                                        CPUID_SEV_ES_BIT)
#define CPUID_SEV_SNP           FEATURE(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EAX, \
                                        CPUID_SEV_SNP_BIT)
#define CPUID_SEV_FEATURES      FIELD(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EAX, \
                                      0, 32)
#define CPUID_C_BIT_POSITION    FIELD(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EBX, \
                                      0, 6)
#define CPUID_REDUCED_PHYS_BITS FIELD(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EBX, \
                                      6, 6)
#define CPUID_SEV_VMPLS         FIELD(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EBX, \
                                      12, 4)
#define CPUID_SEV_GUESTS        FIELD(CPUID_LEAF_ENCRYPTED_MEMORY, 0, ECX, \
                                      0, 32)
#define CPUID_SEV_MIN_ASID      FIELD(CPUID_LEAF_ENCRYPTED_MEMORY, 0, EDX, \
                                      0, 32)

/* Is FIELD's leaf within the range that the CPU announces? */
bool cpuid_in_range(CpuidField field);

/* The field's value; 0 when its leaf is out of range. */
uint32_t cpuid_get(CpuidField field);

/* The CPU's physical address width, also where no leaf tells it. */
unsigned cpuid_phys_bits(void);

#endif /* __ASSEMBLER__ */
#endif
