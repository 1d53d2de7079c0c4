/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Single instructions to try with catch_fault(), each with its address, so
 * that the IP of a fault can be checked.
 */
#ifndef GUESTS_PROBE_H
#define GUESTS_PROBE_H

#include <stdint.h>

/* Reads the word at address A. */
uintptr_t probe_read(uintptr_t a, uintptr_t unused);
extern const char probe_read_ip[];

/* Writes the word B at address A. */
uintptr_t probe_write(uintptr_t a, uintptr_t b);
extern const char probe_write_ip[];

/* Calls the code at address A; returns what that returns. */
uintptr_t probe_call(uintptr_t a, uintptr_t unused);

/* Reads MSR A into, or writes it from, the uint64_t that B points at. */
uintptr_t probe_rdmsr(uintptr_t a, uintptr_t b);
uintptr_t probe_wrmsr(uintptr_t a, uintptr_t b);
extern const char probe_rdmsr_ip[], probe_wrmsr_ip[];

/* Executes RDRAND; returns what it gave. */
uintptr_t probe_rdrand(uintptr_t unused, uintptr_t unused2);

/* Moves A to CR3. */
uintptr_t probe_write_cr3(uintptr_t a, uintptr_t unused);
extern const char probe_write_cr3_ip[];

#endif
