/*
 * MSRs for who emulates RDMSR and WRMSR
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CPU_MSR_H
#define CPU_MSR_H

#include "cpu.h"

/**
 * msr_read: what RDMSR would read, without asking for intercepts
 * @index: ECX
 *
 * Returns false for #GP(0).
 */
bool msr_read(CPUX86State *env, uint32_t index, uint64_t *value);

/** msr_write: the same for WRMSR; nothing has changed when it returns false */
bool msr_write(CPUX86State *env, uint32_t index, uint64_t value);

#endif
