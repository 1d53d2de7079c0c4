/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the save area of the file, which begins in long mode with the file's
 * page tables, to C. And what C has no words for.
 */
#include "msr.h"
#include "segments.h"

#define GHCB_TERM_REQ   0x100       /* as in abi/ghcb.h */

    .section .entry, "ax"
    .globl svsm_entry
svsm_entry:
    /* Everything from here on needs variables, or a stack: validate them. */
    lea image_end(%rip), %rbx
    lea bss_end(%rip), %rbp
1:  mov %rbx, %rax
    xor %ecx, %ecx              /* a page of 4K */
    mov $1, %edx                /* becomes valid */
    repne; .byte 0x0f, 0x01, 0xff   /* PVALIDATE, older assemblers have none */
    jc 2f                       /* it was: who has had it? */
    test %eax, %eax
    jnz 2f
    add $0x1000, %rbx
    cmp %rbp, %rbx
    jb 1b

    lea image_end(%rip), %rdi
    mov %rbp, %rcx
    sub %rdi, %rcx
    xor %eax, %eax
    cld
    rep stosb

    lea stacks + STACK_SIZE(%rip), %rsp
    lea gdt(%rip), %rax
    mov %rax, gdtr + 2(%rip)
    lgdt gdtr(%rip)
    mov $SEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    lea canary(%rip), %rax
    mov %rax, %rdx
    shr $32, %rdx
    mov $MSR_FS_BASE, %ecx
    wrmsr
    mov $MSR_SEV_STATUS, %ecx
    rdmsr
    mov %eax, sev_status(%rip)
    pushq $SEL_CODE64
    lea 3f(%rip), %rax
    push %rax
    lretq
3:  call svsm_main
    ud2

    /* Nobody can be told why. */
2:  mov $GHCB_TERM_REQ, %eax
    xor %edx, %edx
    mov $MSR_GHCB, %ecx
    wrmsr
    rep; vmmcall
    hlt
    jmp 2b

    .text
/* Another CPU, with the save area of save-area.c: on its stack, with a GDT */
    .globl svsm_ap_entry
svsm_ap_entry:
    call svsm_ap_main
    ud2

    .data
    .balign 8
    .globl gdt
gdt:
    .quad 0
    .quad 0                     /* SEL_CODE32 is not used */
    .quad 0x00cf93000000ffff    /* SEL_DATA */
    .quad 0x00af9b000000ffff    /* SEL_CODE64 */
    .fill GDT_ENTRIES - 4, 8, 0
gdtr:
    .word GDT_ENTRIES * 8 - 1
    .quad 0
    .globl sev_status
    .balign 4
sev_status:
    .long 0

    /* nettle is compiled to look at FS:0x28, before and after. */
    .balign 8
canary:
    .fill 6, 8, 0

    .bss
    .balign STACK_SIZE
    .globl stacks
stacks:
    .skip STACK_SIZE * MAX_CPUS
