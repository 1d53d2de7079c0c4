/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the code at run_code with registers from memory: see run.h. */
#ifdef __x86_64__
#define AX %rax
#define CX %rcx
#define DX %rdx
#define BX %rbx
#define BP %rbp
#define SI %rsi
#define DI %rdi
#define WORD_SIZE 8
#else
#define AX %eax
#define CX %ecx
#define DX %edx
#define BX %ebx
#define BP %ebp
#define SI %esi
#define DI %edi
#define WORD_SIZE 4
#endif

    .text
    .globl run_registers
run_registers:
    push BX
    push BP
    push SI
    push DI
#ifdef __x86_64__
    mov %rdi, %rbp
#else
    mov 20(%esp), %ebp
#endif
    mov (BP), AX
    mov 1 * WORD_SIZE(BP), BX
    mov 2 * WORD_SIZE(BP), CX
    mov 3 * WORD_SIZE(BP), DX
    mov 4 * WORD_SIZE(BP), SI
    mov 5 * WORD_SIZE(BP), DI
    call run_code
    mov AX, (BP)
    mov BX, 1 * WORD_SIZE(BP)
    mov CX, 2 * WORD_SIZE(BP)
    mov DX, 3 * WORD_SIZE(BP)
    mov SI, 4 * WORD_SIZE(BP)
    mov DI, 5 * WORD_SIZE(BP)
    cld
    pop DI
    pop SI
    pop BP
    pop BX
    ret

    .bss
    .balign 4096
    .globl run_code
run_code:
    .skip 4096
