/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segment selectors of the GDT that every CPU of a test guest uses; read by
 * both C and assembly.
 */
#ifndef GUESTS_SEGMENTS_H
#define GUESTS_SEGMENTS_H

#define SEL_CODE32  0x08
#define SEL_DATA    0x10
#define SEL_CODE64  0x18
#define SEL_TSS_A   0x20    /* free for tests of the hardware task switch */
#define SEL_TSS_B   0x28

#define GDT_ENTRIES 6

/* Each CPU has one stack; struct cpu lies at its lowest address. */
#define STACK_SIZE  0x2000
#define MAX_CPUS    8

/* Page below 1 MiB that APs start in: vector 8 of the start-up IPI. */
#define AP_PAGE     0x8000

#endif
