/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the reset vector to a program in RAM: real mode to flat 32-bit
 * protected mode, copy the program to where it was linked, clear its BSS,
 * continue at "start" on the boot CPU's stack.
 */
#include "segments.h"

    .section .reset, "ax"
    .code16
    .globl reset_vector
reset_vector:
    jmp reset16

    .section .rom, "ax"
rom_start:
reset16:
    cli
    /* CS is based at 0xffff0000; this section lies 0xf000 into it. */
    lgdtl %cs:(rom_gdtr - rom_start + 0xf000)
    mov %cr0, %eax
    or $1, %eax
    mov %eax, %cr0
    ljmpl $SEL_CODE32, $reset32

    .code32
reset32:
    mov $SEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss
    cld
    mov $0xffff0000, %esi
    mov $image_start, %edi
    mov $image_size, %ecx
    rep movsb
    xor %eax, %eax
    mov $bss_start, %edi
    mov $bss_size, %ecx
    rep stosb
    lgdt gdtr
    mov $stacks + STACK_SIZE, %esp
    mov $start, %eax
    jmp *%eax

    .balign 8
rom_gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* SEL_CODE32 */
    .quad 0x00cf93000000ffff    /* SEL_DATA */
rom_gdtr:
    .word . - rom_gdt - 1
    .long rom_gdt

    .data
    .balign 8
    .globl gdt, gdtr
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* SEL_CODE32 */
    .quad 0x00cf93000000ffff    /* SEL_DATA */
    .quad 0x00af9b000000ffff    /* SEL_CODE64 */
    .quad 0, 0                  /* SEL_TSS_A, SEL_TSS_B */
gdtr:
    .word GDT_ENTRIES * 8 - 1
    .long gdt
    .long 0                     /* upper half, for lgdt in 64-bit mode */

    .bss
    .balign STACK_SIZE
    .globl stacks
stacks:
    .skip STACK_SIZE * MAX_CPUS
