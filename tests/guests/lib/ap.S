/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an AP runs after its start-up IPI: copied to AP_PAGE, it goes to
 * protected mode, takes the next stack and continues at ap_start.
 */
#include "segments.h"

    .data
    .code16
    .globl ap_code, ap_code_end
ap_code:
    cli
    lgdtl %cs:(ap_gdtr - ap_code)
    mov %cr0, %eax
    or $1, %eax
    mov %eax, %cr0
    ljmpl $SEL_CODE32, $ap_start32
ap_gdtr:
    .word GDT_ENTRIES * 8 - 1
    .long gdt
ap_code_end:

    .text
    .code32
ap_start32:
    mov $SEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss
    mov $1, %eax
    lock xadd %eax, cpus_started
    cmp $MAX_CPUS, %eax
    jae 1f
    imul $STACK_SIZE, %eax, %ecx
    lea stacks + STACK_SIZE(%ecx), %esp
    mov %eax, stacks(%ecx)      /* struct cpu: index */
    jmp ap_start
1:  cli
    hlt
    jmp 1b

    .data
    .balign 4
    .globl cpus_started
cpus_started:
    .long 1                     /* the boot CPU */
