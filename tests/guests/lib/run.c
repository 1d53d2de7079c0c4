/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions as bytes: see run.h. */
#include "run.h"
#include "text.h"

#define OPCODE_RET 0xc3

void run_place(const uint8_t *bytes, unsigned length)
{
    memcpy(run_code, bytes, length);
    run_code[length] = OPCODE_RET;
}

struct fault run_see(const uint8_t *bytes, unsigned length, struct gprs *gprs)
{
    run_place(bytes, length);
    return catch_vc(run_registers, (uintptr_t)gprs, 0);
}

struct fault run_do(const uint8_t *bytes, unsigned length, struct gprs *gprs)
{
    run_place(bytes, length);
    return catch_fault(run_registers, (uintptr_t)gprs, 0);
}

bool run_unchanged(const struct gprs *gprs)
{
    const struct regs *regs = caught_regs();

    return regs->ax == gprs->ax && regs->bx == gprs->bx &&
           regs->cx == gprs->cx && regs->dx == gprs->dx &&
           regs->si == gprs->si && regs->di == gprs->di;
}
