/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUs: what each one knows about itself, and starting the others. */
#ifndef GUESTS_SMP_H
#define GUESTS_SMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exception.h"
#include "segments.h"

/* At the lowest address of the CPU's stack. */
struct cpu {
    uint32_t index;             /* 0 is the boot CPU; ap.S sets it */
    struct fault *catching;     /* where catch_fault() waits for one */
    uintptr_t catching_sp;
    bool catching_vc;           /* a #VC as well */
    struct regs caught;         /* at what it caught */
};

static inline struct cpu *this_cpu(void)
{
    uintptr_t sp;

    /* The stack pointer itself: &local would be no pointer to anything else. */
#ifdef __x86_64__
    asm("mov %%rsp, %0" : "=r"(sp));
#else
    asm("mov %%esp, %0" : "=r"(sp));
#endif
    return (struct cpu *)(sp & ~(uintptr_t)(STACK_SIZE - 1));
}

/*
 * Starts all APs by INIT and start-up IPIs; each runs FN(its index) and
 * stops.  Returns false when fewer than CPUS, this one included, come up.
 */
bool smp_start(unsigned cpus, void (*fn)(unsigned index));

/* Waits until all of them have returned from FN; false when it takes long. */
bool smp_wait(unsigned cpus);

/* An AP says how far it has come: a number of its suite's, not 0. */
void smp_reach(uint32_t stage);

/* Are all APs there, or will be within so many looks? */
bool smp_all_at(unsigned cpus, uint32_t stage, unsigned patience);

#endif
