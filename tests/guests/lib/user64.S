/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Continues at run_code in another segment: see user64.h. */
    .text
    .globl user_enter
user_enter:                     /* gprs, cs, ss, sp */
    push %rdx
    push %rcx
    push $2                     /* RFLAGS */
    push %rsi
    lea run_code, %rax
    push %rax
    mov %rdi, %rbp
    mov (%rbp), %rax
    mov 8(%rbp), %rbx
    mov 16(%rbp), %rcx
    mov 24(%rbp), %rdx
    mov 32(%rbp), %rsi
    mov 40(%rbp), %rdi
    iretq
