/*
 * Declares a SEV guest's vCPUs for QEMU, which makes a CPU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_VCPU_EXITS_H
#define HYPERVISOR_VCPU_EXITS_H

#include "cpu.h"
#include "sev.h"

#ifdef CONFIG_SEV_TCG

/**
 * vcpu_realize: give a CPU what the machine's SEV guest has
 * @cpu: a TCG CPU that is being realized
 *
 * Without a SEV guest the CPU stays as it is.
 */
void vcpu_realize(X86CPU *cpu);

/**
 * vcpu_memory: what a CPU's address space shows
 *
 * cs->memory, and with SEV-SNP also private memory.
 */
MemoryRegion *vcpu_memory(X86CPU *cpu);

#else

static inline void vcpu_realize(X86CPU *cpu)
{
}

static inline MemoryRegion *vcpu_memory(X86CPU *cpu)
{
    return CPU(cpu)->memory;
}

#endif

#endif
