/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The #VC handler's accesses to devices: the forms that Linux
 * (insn_decode_mmio()) and OVMF (MmioExit()) know.  The base map's addresses
 * are physical, so there is no walk.
 */
#include "text.h"
#include "vc.h"
#include "x86.h"

#define FLAGS_DF (1u << 10)
#define DEVICES  0xc0000000

static struct vc_result device(struct vc *vc, uint64_t code,
                               uintptr_t address, uint64_t *value,
                               unsigned size)
{
    Ghcb *ghcb = ghcb_begin(vc->level, code, address, size);
    struct vc_result result;

    ghcb_use_buffer(ghcb);
    memset(ghcb->shared_buffer, 0, 8);
    if (code == GHCB_EXIT_MMIO_WRITE) {
        memcpy(ghcb->shared_buffer, value, size);
    }
    result = vc_call(ghcb);
    if (result.what == VC_DONE && code == GHCB_EXIT_MMIO_READ) {
        *value = 0;
        memcpy(value, ghcb->shared_buffer, size);
    }
    return result;
}

static struct vc_result store(struct vc *vc, uint64_t value, unsigned size)
{
    return device(vc, GHCB_EXIT_MMIO_WRITE, vc->insn.address, &value, size);
}

/* Loads SIZE bytes into register N of WIDTH bytes, zeros or signs above. */
static struct vc_result load(struct vc *vc, unsigned n, unsigned size,
                             unsigned width, bool sign)
{
    uint64_t value;
    struct vc_result result = device(vc, GHCB_EXIT_MMIO_READ,
                                     vc->insn.address, &value, size);

    if (result.what != VC_DONE) {
        return result;
    }
    if (sign && value >> (8 * size - 1)) {
        value |= -1ull << (8 * size - 1);
    }
    insn_set(vc->regs, &vc->insn, n, width, value);
    return result;
}

/* One unit of a copy, by the hypervisor or not: RAM is below 3 GiB. */
static struct vc_result move(struct vc *vc, uint64_t code, uintptr_t address,
                             uint64_t *value, unsigned size)
{
    if (address >= DEVICES) {
        return device(vc, code, address, value, size);
    }
    if (code == GHCB_EXIT_MMIO_READ) {
        memcpy(value, (void *)address, size);
    } else {
        memcpy((void *)address, value, size);
    }
    return (struct vc_result) { .what = VC_DONE };
}

static struct vc_result string_move(struct vc *vc, unsigned size)
{
    struct regs *regs = vc->regs;
    intptr_t step = regs->flags & FLAGS_DF ? -(intptr_t)size : (intptr_t)size;
    uint64_t value = 0;
    struct vc_result result;

    if (vc->insn.rep && !regs->cx) {
        return (struct vc_result) { .what = VC_DONE };
    }
    result = move(vc, GHCB_EXIT_MMIO_READ, regs->si, &value, size);
    if (result.what == VC_DONE) {
        result = move(vc, GHCB_EXIT_MMIO_WRITE, regs->di, &value, size);
    }
    if (result.what != VC_DONE) {
        return result;
    }
    regs->si += step;
    regs->di += step;
    regs->cx -= vc->insn.rep;
    return (struct vc_result) {
        .what = vc->insn.rep && regs->cx ? VC_AGAIN : VC_DONE,
    };
}

struct vc_result vc_mmio(struct vc *vc)
{
    struct insn *insn = &vc->insn;
    unsigned size = insn->op_size;

    switch (insn->opcode) {
    case 0x88:
        return store(vc, insn_get(vc->regs, insn, insn->reg, 1), 1);
    case 0x89:
        return store(vc, insn_get(vc->regs, insn, insn->reg, size), size);
    case 0x8a:
        return load(vc, insn->reg, 1, 1, false);
    case 0x8b:
        return load(vc, insn->reg, size, size, false);
    case 0xa0:
        return load(vc, 0, 1, 1, false);
    case 0xa1:
        return load(vc, 0, size, size, false);
    case 0xa2:
        return store(vc, insn_get(vc->regs, insn, 0, 1), 1);
    case 0xa3:
        return store(vc, insn_get(vc->regs, insn, 0, size), size);
    case 0xa4:
        return string_move(vc, 1);
    case 0xa5:
        return string_move(vc, size);
    case 0xc6:
        return store(vc, insn->immediate, 1);
    case 0xc7:
        return store(vc, insn->immediate, size);
    case 0x63:
        return load(vc, insn->reg, 4, size, true);
    case 0x0fb6:
        return load(vc, insn->reg, 1, size, false);
    case 0x0fb7:
        return load(vc, insn->reg, 2, size, false);
    case 0x0fbe:
        return load(vc, insn->reg, 1, size, true);
    case 0x0fbf:
        return load(vc, insn->reg, 2, size, true);
    default:
        return (struct vc_result) { .what = VC_UNKNOWN };
    }
}
