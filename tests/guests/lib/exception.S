/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry of the 32 exceptions, each with a stub that makes the stack frames
 * alike; a call that remembers its stack, and the way back to it.
 */
#ifdef __x86_64__
#define AX rax
#define CX rcx
#define DX rdx
#define BX rbx
#define BP rbp
#define SI rsi
#define DI rdi
#define SP rsp
#define WORD .quad
#define WORD_SIZE 8
#define IRET iretq
#else
#define AX eax
#define CX ecx
#define DX edx
#define BX ebx
#define BP ebp
#define SI esi
#define DI edi
#define SP esp
#define WORD .long
#define WORD_SIZE 4
#define IRET iretl
#endif
#define R2(name) %name
#define R(name) R2(name)

/* Vectors whose error code the CPU pushes: 8, 10 to 14, 17, 21, 29, 30 */
#define WITH_ERROR_CODE 0x60227d00

    .section .text.counted, "ax"
    .altmacro
.macro stub vector
stub_\vector:
    .if !((WITH_ERROR_CODE >> \vector) & 1)
    push $0
    .endif
    push $\vector
    jmp exception_entry
    .pushsection .rodata
    WORD stub_\vector
    .popsection
.endm

    .section .rodata
    .balign WORD_SIZE
    .globl exception_stubs
exception_stubs:
    .section .text.counted, "ax"
    .set vector, 0
    .rept 32
    stub %vector
    .set vector, vector + 1
    .endr

exception_entry:
    cld                         /* C expects it; a string may go downwards */
    push R(AX)
    push R(CX)
    push R(DX)
    push R(BX)
    push R(BP)
    push R(SI)
    push R(DI)
#ifdef __x86_64__
    .irp n, 8, 9, 10, 11, 12, 13, 14, 15
    push %r\n
    .endr
    mov %rsp, %rdi
    call exception
    .irp n, 15, 14, 13, 12, 11, 10, 9, 8
    pop %r\n
    .endr
#else
    push %esp
    call exception
    pop %eax
#endif
    pop R(DI)
    pop R(SI)
    pop R(BP)
    pop R(BX)
    pop R(DX)
    pop R(CX)
    pop R(AX)
    add $2 * WORD_SIZE, R(SP)
    IRET

    .text
/* The two halves of catch_fault(): see asm.h. */
    .globl try_call, try_unwind
#ifdef __x86_64__
try_call:
    push %rbx
    push %rbp
    .irp n, 12, 13, 14, 15
    push %r\n
    .endr
    mov %rsp, (%rcx)
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    call *%rax
1:  .irp n, 15, 14, 13, 12
    pop %r\n
    .endr
    pop %rbp
    pop %rbx
    ret
try_unwind:
    mov %rdi, %rsp
    xor %eax, %eax
    jmp 1b
#else
try_call:
    push %ebx
    push %ebp
    push %esi
    push %edi
    mov 32(%esp), %ecx
    mov %esp, (%ecx)
    push 28(%esp)               /* b */
    push 28(%esp)               /* a, one further up by now */
    call *28(%esp)              /* fn, two further up */
    add $8, %esp
1:  pop %edi
    pop %esi
    pop %ebp
    pop %ebx
    ret
try_unwind:
    mov 4(%esp), %esp
    xor %eax, %eax
    jmp 1b
#endif
