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
reset_code:
reset16:
    cli
    /* CS is based at 0xffff0000; this section lies 0xf000 into it. */
    lgdtl %cs:(rom_gdtr - reset_code + 0xf000)
    mov %cr0, %eax
    or $1, %eax
    mov %eax, %cr0
    ljmpl $SEL_CODE32, $reset32

/*
 * Where a hypervisor starts the APs of an SEV-ES guest: it cannot change their
 * registers, so the start-up IPI's vector is lost. They go where it points in
 * these guests.
 */
ap_reset:
    ljmp $AP_PAGE >> 4, $0

    .code32
/* A VMGEXIT that comes from the ROM; the same bytes in the 64-bit program */
    .globl rom_vmgexit
rom_vmgexit:
    rep; vmmcall
    ret

reset32:
    mov $SEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss
    cld
    mov $rom_start, %esi
    mov $image_start, %edi
    mov $image_size, %ecx
    rep movsb
    xor %eax, %eax
    mov $bss_start, %edi
    mov $bss_size, %ecx
    rep stosb
    lgdt gdtr
    mov $stacks + STACK_SIZE, %esp
    mov $vc_early_init, %eax
    call *%eax
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

/*
 * The memory of an SEV-SNP guest that is private and validated from the start
 * (OVMF's metadata): what runs before there is C, and what firmware gets from
 * its platform.
 */
#define SECTION_MEMORY  1
#define SECTION_SECRETS 2
#define SECTION_CPUID   3

    .section .guids, "a"
    .balign 2
    .word 0
metadata:
    .ascii "ASEV"
    .long metadata_end - metadata
    .long 1                     /* version */
    .long (metadata_end - sections) / 12
sections:
    .long AP_PAGE, 0x1000, SECTION_MEMORY
    .long SNP_SECRETS_PAGE, 0x1000, SECTION_SECRETS
    .long SNP_CPUID_PAGE, 0x1000, SECTION_CPUID
    .long SNP_PROGRAM, SNP_PROGRAM_END - SNP_PROGRAM, SECTION_MEMORY
metadata_end:

/*
 * The firmware's table of GUIDed entries, last first: the footer with the
 * table's size, the SEV-ES reset block with the address above, and where the
 * metadata are, in bytes before the end of the ROM.
 */
guids:
    .long guids_end + 32 - metadata
    .word 22                    /* dc886566-984a-4798-a75e-5585a7bf67cc */
    .byte 0x66, 0x65, 0x88, 0xdc, 0x4a, 0x98, 0x98, 0x47
    .byte 0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67, 0xcc
    .long ap_reset
    .word 22                    /* 00f771de-1a7e-4fcb-890e-68c77e2fb44e */
    .byte 0xde, 0x71, 0xf7, 0x00, 0x7e, 0x1a, 0xcb, 0x4f
    .byte 0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e
    .word guids_end - guids     /* 96b582de-1fb2-45f7-baea-a366c55a082d */
    .byte 0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45
    .byte 0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d
guids_end:

    .data
    .balign 8
    .globl gdt, gdtr
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* SEL_CODE32 */
    .quad 0x00cf93000000ffff    /* SEL_DATA */
    .quad 0x00af9b000000ffff    /* SEL_CODE64 */
    .quad 0, 0                  /* SEL_TSS_A, SEL_TSS_B */
    .quad 0x00cff3000000ffff    /* SEL_USER_DATA */
    .quad 0x00affb000000ffff    /* SEL_USER_CODE64 */
    .quad 0x00cffb000000ffff    /* SEL_USER_CODE32 */
gdtr:
    .word GDT_ENTRIES * 8 - 1
    .long gdt
    .long 0                     /* upper half, for lgdt in 64-bit mode */

    .bss
    .balign STACK_SIZE
    .globl stacks
stacks:
    .skip STACK_SIZE * MAX_CPUS
