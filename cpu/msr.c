/*
 * Access MSRs for who emulates RDMSR and WRMSR
 *
 * QEMU's functions take their operands from the registers of the instruction,
 * which a guest that exits with it has in its GHCB and not in the CPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu/msr.h"
#include "tcg/helper-tcg.h"

typedef struct Operands {
    target_ulong rax;
    target_ulong rcx;
    target_ulong rdx;
} Operands;

static Operands exchange(CPUX86State *env, Operands new)
{
    Operands old = { env->regs[R_EAX], env->regs[R_ECX], env->regs[R_EDX] };

    env->regs[R_EAX] = new.rax;
    env->regs[R_ECX] = new.rcx;
    env->regs[R_EDX] = new.rdx;
    return old;
}

bool msr_read(CPUX86State *env, uint32_t index, uint64_t *value)
{
    Operands own = exchange(env, (Operands) { .rcx = index });
    bool ok = cpu_x86_rdmsr(env);
    Operands read = exchange(env, own);

    *value = (uint64_t)read.rdx << 32 | (uint32_t)read.rax;
    return ok;
}

bool msr_write(CPUX86State *env, uint32_t index, uint64_t value)
{
    Operands own = exchange(env, (Operands) {
        .rax = (uint32_t)value, .rcx = index, .rdx = value >> 32,
    });
    bool ok = cpu_x86_wrmsr(env);

    exchange(env, own);
    return ok;
}
