/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions: a test calls something that may fault and gets the fault as a
 * value, or installs a handler that repairs what is wrong and returns.
 * An exception that nobody waits for ends the guest ("Bail out!").
 */
#ifndef GUESTS_EXCEPTION_H
#define GUESTS_EXCEPTION_H

#include <stdint.h>

#define NO_FAULT 0xff

/*
 * A function of what `make bench` counts.  They stand together, as QEMU finds
 * translated code by a hash of its address, in which two can collide.
 */
#define COUNTED __attribute__((section(".text.counted")))

/* What a CPU was doing; the order is that of exception.S and of the CPU. */
struct regs {
#ifdef __x86_64__
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
#endif
    uintptr_t di, si, bp, bx, dx, cx, ax;
    uintptr_t vector, error, ip, cs, flags;
#ifdef __x86_64__
    uint64_t sp, ss;
#endif
};

struct fault {
    unsigned vector;        /* NO_FAULT if there was none */
    uintptr_t error;        /* 0 for vectors without an error code */
    uintptr_t ip;
    uintptr_t cr2;          /* for page faults, otherwise 0 */
    uintptr_t value;        /* what the call returned, without a fault */
};

typedef uintptr_t ProbeFn(uintptr_t a, uintptr_t b);
typedef void HandlerFn(struct regs *regs);

/* Loads the IDT on this CPU. */
void exception_init(void);

/* Lets VECTOR use stack IST of the TSS; 0 is the one that is in use. */
void exception_use_ist(unsigned vector, unsigned ist);

/* Lets HANDLER answer VECTOR on all CPUs from now on; NULL takes it away. */
void exception_handle(unsigned vector, HandlerFn *handler);

/*
 * Calls FN(A, B) and tells how it ended; may not be nested.  The #VCs of an
 * SEV-ES guest do not end it but are handled, as anywhere else.
 */
struct fault catch_fault(ProbeFn *fn, uintptr_t a, uintptr_t b);

/* The same, and a #VC ends it too. */
struct fault catch_vc(ProbeFn *fn, uintptr_t a, uintptr_t b);

/* All registers at the last exception that was caught on this CPU */
const struct regs *caught_regs(void);

#endif
