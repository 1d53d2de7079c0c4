/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decoding of instructions: see insn.h. */
#include "insn.h"
#include "segments.h"
#include "text.h"

#define REX_B 1
#define REX_X 2
#define REX_R 4
#define REX_W 8
#define SP_REGISTER 4

static bool is_prefix(struct insn *insn, uint8_t byte)
{
    switch (byte) {
    case 0x66:
        insn->op_size = 2;
        return true;
    case 0x67:
        insn->addr_size = insn->bits64 ? 4 : 2;
        return true;
    case 0xf2:
    case 0xf3:
        insn->rep = true;
        return true;
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0xf0:
        return true;
    default:
        return false;
    }
}

static bool has_modrm(unsigned opcode)
{
    switch (opcode) {
    case 0x88 ... 0x8b:
    case 0x63:
    case 0xc6:
    case 0xc7:
    case 0x0f01:
    case 0x0f21:
    case 0x0f23:
    case 0x0fb6:
    case 0x0fb7:
    case 0x0fbe:
    case 0x0fbf:
        return true;
    default:
        return false;
    }
}

static uintptr_t value_of(const struct regs *regs, unsigned n)
{
    const uintptr_t *p = insn_register((struct regs *)regs, n);

    return p ? *p : (uintptr_t)(regs + 1);
}

static uint64_t take(const uint8_t **p, unsigned size)
{
    uint64_t value = 0;

    memcpy(&value, *p, size);
    *p += size;
    return value;
}

static int32_t take_displacement(const uint8_t **p, unsigned mod, bool forced)
{
    if (mod == 1) {
        return (int8_t)take(p, 1);
    }
    return mod == 2 || forced ? (int32_t)take(p, 4) : 0;
}

/* SIB byte; returns base and index added, and whether a base is missing. */
static uintptr_t take_sib(const struct insn *insn, const struct regs *regs,
                          const uint8_t **p, bool *no_base)
{
    uint8_t sib = take(p, 1);
    unsigned index = (sib >> 3 & 7) | (insn->rex & REX_X ? 8 : 0);
    unsigned base = (sib & 7) | (insn->rex & REX_B ? 8 : 0);
    uintptr_t sum = 0;

    *no_base = (sib & 7) == 5 && insn->mod == 0;
    if (index != SP_REGISTER) {
        sum = value_of(regs, index) << (sib >> 6);
    }
    return sum + (*no_base ? 0 : value_of(regs, base));
}

static void take_modrm(struct insn *insn, const struct regs *regs,
                       const uint8_t **p)
{
    uint8_t modrm = take(p, 1);
    bool no_base = false, relative = false;
    uintptr_t sum = 0;

    insn->mod = modrm >> 6;
    insn->reg = (modrm >> 3 & 7) | (insn->rex & REX_R ? 8 : 0);
    insn->rm = (modrm & 7) | (insn->rex & REX_B ? 8 : 0);
    if (insn->mod == 3) {
        return;
    }
    if ((modrm & 7) == SP_REGISTER) {
        sum = take_sib(insn, regs, p, &no_base);
    } else if ((modrm & 7) == 5 && insn->mod == 0) {
        no_base = true;
        relative = insn->bits64;
    } else {
        sum = value_of(regs, insn->rm);
    }
    sum += take_displacement(p, insn->mod, no_base);
    insn->address = sum;
    if (insn->addr_size == 4) {
        insn->address = (uint32_t)sum;
    }
    insn->immediate = relative;     /* until the length is known */
}

static void take_immediate(struct insn *insn, const uint8_t **p)
{
    switch (insn->opcode) {
    case 0xe4 ... 0xe7:
    case 0xc6:
        insn->immediate = take(p, 1);
        break;
    case 0xc7:
        insn->immediate = insn->op_size == 2 ? take(p, 2)
                                             : (uint64_t)(int32_t)take(p, 4);
        break;
    case 0xa0 ... 0xa3:
        insn->address = take(p, insn->addr_size);
        break;
    default:
        insn->immediate = 0;
        break;
    }
}

bool insn_decode(struct insn *insn, const struct regs *regs)
{
    const uint8_t *p = (const uint8_t *)regs->ip;
    unsigned selector = regs->cs & 0xffff;
    bool relative;

    *insn = (struct insn) { .op_size = 4, .addr_size = 4 };
    if (selector == SEL_CODE64 || selector == SEL_USER_CODE64) {
        insn->bits64 = true;
        insn->addr_size = 8;
    }
    while (is_prefix(insn, *p)) {
        p++;
    }
    if (insn->bits64 && (*p & 0xf0) == 0x40) {
        insn->rex = *p++;
        insn->op_size = insn->rex & REX_W ? 8 : insn->op_size;
    }
    insn->opcode = *p++;
    if (insn->opcode == 0x0f) {
        insn->opcode = 0x0f00 | *p++;
    }
    if (has_modrm(insn->opcode)) {
        if (insn->addr_size == 2) {
            return false;
        }
        take_modrm(insn, regs, &p);
    }
    relative = insn->immediate;
    take_immediate(insn, &p);
    insn->length = p - (const uint8_t *)regs->ip;
    insn->address += relative ? regs->ip + insn->length : 0;
    return true;
}

uintptr_t *insn_register(struct regs *regs, unsigned n)
{
    switch (n) {
    case 0:
        return &regs->ax;
    case 1:
        return &regs->cx;
    case 2:
        return &regs->dx;
    case 3:
        return &regs->bx;
    case 5:
        return &regs->bp;
    case 6:
        return &regs->si;
    case 7:
        return &regs->di;
#ifdef __x86_64__
    case SP_REGISTER:
        return &regs->sp;
    default:
        return &regs->r8 - (n - 8);
#else
    default:
        return NULL;
#endif
    }
}

/* AH, CH, DH, BH are registers 4 to 7 of one byte without REX. */
static bool is_high_byte(const struct insn *insn, unsigned n, unsigned size)
{
    return size == 1 && !insn->rex && n >= 4 && n < 8;
}

uint64_t insn_get(struct regs *regs, const struct insn *insn, unsigned n,
                  unsigned size)
{
    bool high = is_high_byte(insn, n, size);
    uint64_t value = value_of(regs, high ? n - 4 : n) >> (high ? 8 : 0);

    return size == 8 ? value : value & ((1ull << 8 * size) - 1);
}

void insn_set(struct regs *regs, const struct insn *insn, unsigned n,
              unsigned size, uint64_t value)
{
    bool high = is_high_byte(insn, n, size);
    uintptr_t *to = insn_register(regs, high ? n - 4 : n);

    if (size >= 4) {
        *to = size == 8 ? value : (uint32_t)value;
    } else {
        memcpy((uint8_t *)to + high, &value, size);
    }
}
