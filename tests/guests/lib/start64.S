/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Start of the 64-bit image.  It runs in long mode with as many levels of
 * page tables as the CPU has, all memory mapped to itself: with the C-bit
 * below 3 GiB, where RAM is, but for the shared area, and without it above,
 * where devices are.
 */
#include "cpuid.h"
#include "msr.h"
#include "segments.h"

#define CR0_PG_WP   0x80010000
#define CR0_CD_NW   0x60000000
#define CR4_PAE     (1 << 5)
#define CR4_LA57    (1 << 12)
#define PTE_TABLE   0x03        /* present, writable */
#define PTE_LARGE   0x83        /* the same, of 2 MiB */
#define DEVICES     0xc0000000

    .text
    .code32
    .globl start, ap_start
start:
    call find_c_bit
    call build_base_map
    mov $main, %edi
    jmp enter_long_mode

/* An AP, on a stack of its own. */
ap_start:
    mov $ap_main, %edi

/* Continues at %edi in long mode. */
enter_long_mode:
    mov base_cr4, %eax
    mov %eax, %cr4
    mov base_cr3, %eax          /* its upper half has to wait for 64 bits */
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    rdmsr
    or $EFER_LME | EFER_NXE, %eax
    wrmsr
    mov %cr0, %eax
    and $~CR0_CD_NW, %eax
    or $CR0_PG_WP, %eax
    mov %eax, %cr0
    ljmp $SEL_CODE64, $1f
    .code64
1:  mov base_cr3, %rax
    mov %rax, %cr3
    mov %esp, %esp              /* zero-extends, as the next one does */
    mov %edi, %edi
    call *%rdi
    ud2

    .code32
build_base_map:
    mov c_bit + 4, %edx
    mov $base_pd, %edi
    mov $PTE_LARGE, %eax
1:  cmp $DEVICES + PTE_LARGE, %eax
    jne 2f
    xor %edx, %edx
2:  mov %eax, (%edi)
    mov %edx, 4(%edi)
    add $8, %edi
    add $0x200000, %eax
    jnc 1b
    movl $0, base_pd + (SHARED_AREA >> 21) * 8 + 4

    mov c_bit + 4, %edx
    mov $base_pd + PTE_TABLE, %eax
    mov $base_pdpt, %edi
3:  mov %eax, (%edi)
    mov %edx, 4(%edi)
    add $8, %edi
    add $0x1000, %eax
    cmp $base_pdpt + 32, %edi
    jne 3b
    movl $base_pdpt + PTE_TABLE, base_pml4
    mov %edx, base_pml4 + 4
    movl $base_pml4 + PTE_TABLE, base_pml5
    mov %edx, base_pml5 + 4

    movl $CR4_PAE, base_cr4
    movl $base_pml4, base_cr3
    mov %edx, base_cr3 + 4
    xor %eax, %eax
    cpuid
    cmp $CPUID_LEAF_FEATURES7, %eax
    jb 4f
    mov $CPUID_LEAF_FEATURES7, %eax
    xor %ecx, %ecx
    cpuid
    test $1 << CPUID_LA57_BIT, %ecx
    jz 4f
    movl $CR4_PAE | CR4_LA57, base_cr4
    movl $base_pml5, base_cr3
4:  ret

    .bss
    .balign 4096
base_pml5:
    .skip 4096
base_pml4:
    .skip 4096
base_pdpt:
    .skip 4096
base_pd:
    .skip 4 * 4096
    .globl base_cr3
base_cr3:
    .skip 8
base_cr4:
    .skip 8
