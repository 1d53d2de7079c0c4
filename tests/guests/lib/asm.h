/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What C and assembly (or the linker script) have from each other. */
#ifndef GUESTS_ASM_H
#define GUESTS_ASM_H

#include "exception.h"
#include "suite.h"

/* rom.ld: the suites that are linked in */
extern const struct suite suites_start[], suites_end[];

/* start32.S, start64.S: the boot CPU calls main, each AP ap_main */
void main(void);
void ap_main(void);

/* ap.S: the code for AP_PAGE, and how many CPUs run, the boot CPU included */
extern const char ap_code[], ap_code_end[];
extern uint32_t cpus_started;

/* c-bit.S: what firmware knows of SEV at first, the low half of SEV_STATUS */
extern const uint32_t sev_status;

/* reset.S: see segments.h */
extern uint64_t gdt[];
extern uint8_t stacks[];

/*
 * exception.S: an entry for each vector, which calls exception() and restores
 * REGS when that returns.
 */
extern const uintptr_t exception_stubs[];
void exception(struct regs *regs);

/* exception.S: calls FN(A, B), having left at *SP what try_unwind() needs */
uintptr_t try_call(ProbeFn *fn, uintptr_t a, uintptr_t b, uintptr_t *sp);

/* exception.S: makes that try_call() return 0 now */
__attribute__((noreturn)) void try_unwind(uintptr_t sp);

#endif
