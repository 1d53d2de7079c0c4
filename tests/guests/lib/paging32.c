/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns paging on in the 32-bit image: PAE or legacy, base map included. */
#include "cpuid.h"
#include "msr.h"
#include "paging.h"
#include "segments.h"
#include "tap.h"
#include "x86.h"

uint64_t base_cr3;

static uintptr_t cr4_bits;     /* 0 while there is no paging */

/* GIGABYTE of memory at its own address. */
static uintptr_t map_gigabyte(unsigned gigabyte, uint64_t bits)
{
    uint64_t *table = (uint64_t *)page_alloc();

    for (unsigned i = 0; i < 512; i++) {
        table[i] = ((uint64_t)gigabyte << 30 | (uint64_t)i << 21) | bits |
                   PTE_PRESENT | PTE_WRITABLE | PTE_LARGE;
    }
    return (uintptr_t)table;
}

/*
 * Memory at 0 with the C-bit, but for the shared area, devices at 3 GiB
 * without; the rest is free.
 */
static void build_pae(void)
{
    uint64_t *root = (uint64_t *)page_alloc();

    root[0] = map_gigabyte(0, c_bit) | PTE_PRESENT;
    ((uint64_t *)(uintptr_t)(root[0] & ~PTE_PRESENT))[SHARED_AREA >> 21] &=
        ~c_bit;
    root[3] = map_gigabyte(3, 0) | PTE_PRESENT;
    base_cr3 = (uintptr_t)root;
}

/* 4 MiB pages with 32-bit entries: no place for a C-bit, all is private. */
static void build_legacy(void)
{
    uint32_t *root = (uint32_t *)page_alloc();

    for (unsigned i = 0; i < 1024; i++) {
        root[i] = i << 22 | PTE_PRESENT | PTE_WRITABLE | PTE_LARGE;
    }
    base_cr3 = (uintptr_t)root;
}

void paging_init(unsigned levels)
{
    switch (levels) {
    case 0:
        return;
    case 2:
        build_legacy();
        cr4_bits = CR4_PSE;
        break;
    case 3:
        build_pae();
        cr4_bits = CR4_PAE;
        break;
    default:
        bail_out("levels=%u is for the 64-bit image", levels);
    }
    paging_enable();
}

void paging_enable(void)
{
    if (!cr4_bits) {
        return;
    }
    write_cr4(read_cr4() | cr4_bits);
    if (cpuid_get(CPUID_NX)) {
        wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
    }
    write_cr3(base_cr3);
    write_cr0((read_cr0() & ~(CR0_CD | CR0_NW)) | CR0_PG | CR0_WP);
}
