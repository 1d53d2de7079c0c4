/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * #VC before there is C: the first CPUID of an SEV-ES guest raises it, and is
 * answered by the GHCB's MSR protocol (56421, section 2.3.1), for subleaf 0
 * alone.  Whatever else raises it ends the guest.
 */
#include "msr.h"
#include "segments.h"

#define VECTOR_VC           29
#define GATE                8
#define INTERRUPT_GATE      0x8e00
#define EXIT_CPUID          0x72
#define GHCB_CPUID_REQ      0x004
#define GHCB_CPUID_RESP     0x005
#define GHCB_TERM_REQ       0x100
#define GHCB_INFO           0xfff

    .text
    .code32
    .globl vc_early_init
vc_early_init:
    mov $vc_early, %eax
    mov %ax, vc_early_gate
    movw $SEL_CODE32, vc_early_gate + 2
    movw $INTERRUPT_GATE, vc_early_gate + 4
    shr $16, %eax
    mov %ax, vc_early_gate + 6
    lidt vc_early_idtr
    ret

vc_early:
    cmpl $EXIT_CPUID, (%esp)
    jne vc_early_end
    mov %eax, vc_early_leaf
    xor %ebx, %ebx              /* EAX, EBX, ECX, EDX in turn */
1:  mov %ebx, %eax
    shl $30, %eax
    or $GHCB_CPUID_REQ, %eax
    mov vc_early_leaf, %edx
    mov $MSR_GHCB, %ecx
    wrmsr
    rep; vmmcall
    rdmsr
    and $GHCB_INFO, %eax
    cmp $GHCB_CPUID_RESP, %eax
    jne vc_early_end
    mov %edx, vc_early_regs(, %ebx, 4)
    inc %ebx
    cmp $4, %ebx
    jb 1b
    mov vc_early_regs, %eax
    mov vc_early_regs + 4, %ebx
    mov vc_early_regs + 8, %ecx
    mov vc_early_regs + 12, %edx
    add $4, %esp                /* the error code */
    addl $2, (%esp)             /* the length of CPUID */
    iret

vc_early_end:
    mov $GHCB_TERM_REQ, %eax
    xor %edx, %edx
    mov $MSR_GHCB, %ecx
    wrmsr
    rep; vmmcall
1:  cli
    hlt
    jmp 1b

    .data
    .balign 8
vc_early_idtr:
    .word (VECTOR_VC + 1) * GATE - 1
    .long vc_early_idt
vc_early_leaf:
    .long 0
vc_early_regs:
    .skip 16
vc_early_idt:
    .skip VECTOR_VC * GATE
vc_early_gate:
    .skip GATE
