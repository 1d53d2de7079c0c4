/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IDT, and what to do with an exception: see exception.h. */
#include "asm.h"
#include "exception.h"
#include "segments.h"
#include "smp.h"
#include "tap.h"
#include "x86.h"

#define VECTORS             32
#define INTERRUPT_GATE      0x8e00      /* present, DPL 0 */

struct gate {
    uint16_t offset_low, selector, flags, offset_mid;
#ifdef __x86_64__
    uint32_t offset_high, reserved;
#endif
};

static struct gate idt[VECTORS];
static HandlerFn *handlers[VECTORS];

static void set_gate(struct gate *gate, uintptr_t offset)
{
#ifdef __x86_64__
    *gate = (struct gate) { .selector = SEL_CODE64,
                            .offset_high = offset >> 32 };
#else
    *gate = (struct gate) { .selector = SEL_CODE32 };
#endif
    gate->offset_low = offset;
    gate->offset_mid = offset >> 16;
    gate->flags = INTERRUPT_GATE;
}

void exception_init(void)
{
    struct {
        uint16_t limit;
        uintptr_t base;
    } __attribute__((packed)) idtr = { sizeof(idt) - 1, (uintptr_t)idt };

    for (unsigned i = 0; i < VECTORS; i++) {
        set_gate(&idt[i], exception_stubs[i]);
    }
    asm volatile("lidt %0" : : "m"(idtr));
}

void exception_use_ist(unsigned vector, unsigned ist)
{
    idt[vector].flags = INTERRUPT_GATE | ist;
}

void exception_handle(unsigned vector, HandlerFn *handler)
{
    handlers[vector] = handler;
}

static struct fault catch(ProbeFn *fn, uintptr_t a, uintptr_t b, bool vc)
{
    struct fault fault = { .vector = NO_FAULT };
    struct cpu *cpu = this_cpu();

    cpu->catching_vc = vc;
    cpu->catching = &fault;
    fault.value = try_call(fn, a, b, &cpu->catching_sp);
    cpu->catching = NULL;
    return fault;
}

struct fault catch_fault(ProbeFn *fn, uintptr_t a, uintptr_t b)
{
    return catch(fn, a, b, false);
}

struct fault catch_vc(ProbeFn *fn, uintptr_t a, uintptr_t b)
{
    return catch(fn, a, b, true);
}

const struct regs *caught_regs(void)
{
    return &this_cpu()->caught;
}

COUNTED void exception(struct regs *regs)
{
    struct cpu *cpu = this_cpu();
    uintptr_t cr2 = regs->vector == VECTOR_PF ? read_cr2() : 0;

    /* An event is nobody's fault, and comes where there is nothing to unwind. */
    if (cpu->catching && regs->vector != VECTOR_HV &&
        (regs->vector != VECTOR_VC || cpu->catching_vc)) {
        cpu->caught = *regs;
        *cpu->catching = (struct fault) {
            .vector = regs->vector, .error = regs->error,
            .ip = regs->ip, .cr2 = cr2,
        };
        try_unwind(cpu->catching_sp);
    }
    if (handlers[regs->vector]) {
        handlers[regs->vector](regs);
        return;
    }
    bail_out("CPU %u: vector %u, error code %x, ip %x, cr2 %x", cpu->index,
             (unsigned)regs->vector, (uint64_t)regs->error,
             (uint64_t)regs->ip, (uint64_t)cr2);
}
