/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the C-bit as firmware does before it has page tables (APM volume 2,
 * 15.34.1): CPUID says whether and where, SEV_STATUS whether it is on.
 * Runs in 32-bit protected mode in both images; changes all registers.
 */
#include "cpuid.h"
#include "msr.h"

    .text
    .code32
    .globl find_c_bit
find_c_bit:
    mov $CPUID_LEAF_EXTENDED_MAX, %eax
    cpuid
    cmp $CPUID_LEAF_ENCRYPTED_MEMORY, %eax
    jb 1f
    cmp $0x80010000, %eax       /* no extended leaves: any old value */
    jae 1f
    mov $CPUID_LEAF_ENCRYPTED_MEMORY, %eax
    cpuid
    test $1 << CPUID_SEV_BIT, %eax
    jz 1f
    mov $MSR_SEV_STATUS, %ecx
    rdmsr
    mov %eax, sev_status
    test $SEV_STATUS_SEV, %eax
    jz 1f
    mov %ebx, %ecx
    and $0x3f, %ecx
    sub $32, %ecx               /* never below bit 32 */
    mov $1, %eax
    shl %cl, %eax
    mov %eax, c_bit + 4
1:  ret

    .data
    .balign 8
    .globl c_bit, sev_status
c_bit:
    .quad 0
sev_status:
    .long 0
