/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The #VC handler's port accesses.  A string goes through the GHCB's shared
 * buffer, as much as it holds at a time; then the instruction is executed
 * again for the rest, as Linux does it.
 */
#include "text.h"
#include "vc.h"
#include "x86.h"

#define FLAGS_DF    (1u << 10)
#define ADDRESS_SHIFT 7             /* bits 9:7: 16, 32, 64 */

/* One description of the instruction for handler and hypervisor */
struct io {
    uint16_t port;
    bool in, string;
    unsigned size;
};

static struct io describe(const struct vc *vc)
{
    unsigned opcode = vc->insn.opcode;
    struct io io = { .port = vc->regs->dx, .size = 1 };

    io.string = opcode >= 0x6c && opcode <= 0x6f;
    io.in = !(opcode & 2);
    if (opcode & 1) {
        io.size = vc->insn.op_size == 2 ? 2 : 4;
    }
    if (opcode >= 0xe4 && opcode <= 0xe7) {
        io.port = vc->insn.immediate;
    }
    return io;
}

static uint64_t info_1(const struct vc *vc, const struct io *io)
{
    uint64_t info = (uint64_t)io->port << GHCB_IOIO_PORT_SHIFT |
                    io->size << GHCB_IOIO_SIZE_SHIFT;

    info |= io->in ? GHCB_IOIO_IN : 0;
    if (io->string) {
        info |= GHCB_IOIO_STRING |
                (vc->insn.addr_size / 2) << ADDRESS_SHIFT;
        info |= vc->insn.rep ? GHCB_IOIO_REP : 0;
    }
    return info;
}

static uintptr_t masked(uintptr_t value, unsigned size)
{
    return size < sizeof(value) ? value & (((uint64_t)1 << 8 * size) - 1)
                                : value;
}

/* Bytes between the buffer and memory, in the order that the flag says */
static void copy(const struct vc *vc, const struct io *io, uint8_t *buffer,
                 uintptr_t address, unsigned count)
{
    bool down = vc->regs->flags & FLAGS_DF;

    for (unsigned i = 0; i < count; i++) {
        uint8_t *memory = (uint8_t *)(down ? address - i * io->size
                                           : address + i * io->size);

        if (io->in) {
            memcpy(memory, buffer + i * io->size, io->size);
        } else {
            memcpy(buffer + i * io->size, memory, io->size);
        }
    }
}

static void advance(const struct vc *vc, uintptr_t *reg, intptr_t by)
{
    uintptr_t value = masked(*reg + by, vc->insn.addr_size);

    if (vc->insn.addr_size == 2) {
        value |= *reg & ~(uintptr_t)0xffff;
    }
    *reg = value;
}

static struct vc_result string_io(struct vc *vc, const struct io *io)
{
    unsigned most = sizeof(((Ghcb *)0)->shared_buffer) / io->size;
    uintptr_t left = vc->insn.rep ? masked(vc->regs->cx, vc->insn.addr_size)
                                  : 1;
    unsigned count = left < most ? left : most;
    uintptr_t *pointer = io->in ? &vc->regs->di : &vc->regs->si;
    uintptr_t address = masked(*pointer, vc->insn.addr_size);
    intptr_t step = vc->regs->flags & FLAGS_DF ? -(intptr_t)io->size
                                               : (intptr_t)io->size;
    struct vc_result result = { .what = VC_DONE };
    Ghcb *ghcb;

    if (!count) {
        return result;
    }
    ghcb = ghcb_begin(vc->level, vc->regs->error, info_1(vc, io), count);
    ghcb_use_buffer(ghcb);
    if (!io->in) {
        copy(vc, io, ghcb->shared_buffer, address, count);
    }
    result = vc_call(ghcb);
    if (result.what != VC_DONE) {
        return result;
    }
    if (io->in) {
        copy(vc, io, ghcb->shared_buffer, address, count);
    }
    advance(vc, pointer, step * (intptr_t)count);
    if (vc->insn.rep) {
        advance(vc, &vc->regs->cx, -(intptr_t)count);
    }
    return (struct vc_result) { .what = count < left ? VC_AGAIN : VC_DONE };
}

struct vc_result vc_ioio(struct vc *vc)
{
    struct io io = describe(vc);
    struct vc_result result;
    Ghcb *ghcb;

    if (io.string) {
        return string_io(vc, &io);
    }
    ghcb = ghcb_begin(vc->level, vc->regs->error, info_1(vc, &io), 0);
    if (!io.in) {
        GHCB_SET(ghcb, rax, insn_get(vc->regs, &vc->insn, 0, io.size));
    }
    result = vc_call(ghcb);
    if (result.what == VC_DONE && io.in) {
        insn_set(vc->regs, &vc->insn, 0, io.size, GHCB_GET(ghcb, rax));
    }
    return result;
}
