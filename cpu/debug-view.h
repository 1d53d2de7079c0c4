/*
 * Declares the registers that gdb sees in place of a CPU's own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_DEBUG_VIEW_H
#define CPU_DEBUG_VIEW_H

#include "cpu.h"
#include "sev.h"     /* CONFIG_DEVICES */

#ifdef CONFIG_SEV_TCG

/**
 * debug_view_read: a register of the save area that is looked at, SevCpu.view
 * @n: its number, as x86_cpu_gdb_read_register() has them
 *
 * Returns its size, or 0 if gdb is to see the CPU's own.
 */
int debug_view_read(X86CPU *cpu, GByteArray *buf, int n);

/** debug_view_write: the same, changed; takes effect when the VMPL runs */
int debug_view_write(X86CPU *cpu, const uint8_t *buf, int n);

#else

static inline int debug_view_read(X86CPU *cpu, GByteArray *buf, int n)
{
    return 0;
}

static inline int debug_view_write(X86CPU *cpu, const uint8_t *buf, int n)
{
    return 0;
}

#endif

#endif
