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
#define SEL_TSS_B   0x28    /* in long mode the second half of SEL_TSS_A */
#define SEL_USER_DATA   0x33
#define SEL_USER_CODE64 0x3b
#define SEL_USER_CODE32 0x43

#define GDT_ENTRIES 9

/* Each CPU has one stack; struct cpu lies at its lowest address. */
#define STACK_SIZE  0x2000
#define MAX_CPUS    8

/* Page below 1 MiB that APs start in: vector 8 of the start-up IPI. */
#define AP_PAGE     0x8000

/*
 * What an SEV-SNP guest has private and validated from the start, by the ROM's
 * metadata: the above, two pages that the secure processor writes, and the
 * program's MiB.
 */
#ifndef SNP_SECRETS_PAGE        /* tests/svsm has its own, as below */
#define SNP_SECRETS_PAGE    0x9000
#endif
#define SNP_CPUID_PAGE      0xa000
#define SNP_PROGRAM         0x100000
#define SNP_PROGRAM_END     0x200000

/* RAM that an SEV-SNP guest leaves to its suites as it is: nobody's */
#define SNP_FRESH           0x3000000

/* 2 MiB of RAM that every base map has without the C-bit: GHCBs, buffers. */
#ifndef SHARED_AREA
#define SHARED_AREA 0x3c00000
#endif

#endif
