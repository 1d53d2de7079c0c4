/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding of instructions for the #VC handler: those that raise #VC, and the
 * forms by which guests access devices.
 */
#ifndef GUESTS_INSN_H
#define GUESTS_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "exception.h"

/* Opcodes of two bytes are 0x0fNN. */
struct insn {
    unsigned length;
    unsigned opcode;
    unsigned op_size;       /* 2, 4 or 8 */
    unsigned addr_size;     /* 2, 4 or 8 */
    bool rep;               /* F2 or F3 */
    bool bits64;
    uint8_t rex;
    uint8_t mod, reg, rm;   /* with REX' bits; 0 without a ModRM byte */
    uintptr_t address;      /* of the operand in memory, without a segment */
    uint64_t immediate;
};

/* False if it is none that this knows. */
bool insn_decode(struct insn *insn, const struct regs *regs);

/* General register N; NULL for the stack pointer in the 32-bit image. */
uintptr_t *insn_register(struct regs *regs, unsigned n);

/* Register N as an operand of SIZE bytes: AH to BH without REX, too. */
uint64_t insn_get(struct regs *regs, const struct insn *insn, unsigned n,
                  unsigned size);
void insn_set(struct regs *regs, const struct insn *insn, unsigned n,
              unsigned size, uint64_t value);

#endif
