/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the targets for the secure processor's commands share: an input is a
 * series of steps, each of which begins with a byte:
 *
 *   bits 5:0  which command of the target's table; past its end, a step that
 *             changes the world: memory, or a callback that fails
 *   bit 6     the buffer begins with what names the guest
 *   bit 7     the buffer's length is not the right one but another byte's
 *
 * and goes on with the command's buffer, or with a byte, of which bits 2:0
 * let callbacks fail and the others are the target's.
 */

#ifndef TESTS_FUZZ_ASP_STEPS_H
#define TESTS_FUZZ_ASP_STEPS_H

#include <stdbool.h>

#include "fuzz.h"
#include "tests/unit/asp-fixture.h"

typedef struct AspSteps AspSteps;

typedef struct AspStepTarget {
    const struct AspStepCommand {
        uint32_t id;
        size_t size;            /* the right one, in bytes */
    } *commands;
    unsigned nr_commands;
    unsigned max_steps;
    /* Runs a command by asp_steps_command(), or leaves it out. */
    void (*run)(AspSteps *s, uint32_t id, void *buf, size_t len);
    void (*change_world)(AspSteps *s, uint8_t what);
} AspStepTarget;

struct AspSteps {
    const AspStepTarget *target;
    AspFixture *f;
    FuzzInput in;               /* what is left of the input */
    uint8_t guest[8];           /* what names the last guest */
    size_t guest_size;          /* so many bytes of it: a handle, an address */
    unsigned work;              /* so far: for the target to limit */
};

void asp_steps_run(AspSteps *s);

/* asp_command(): whatever the status is, it has a name. */
uint32_t asp_steps_command(AspSteps *s, uint32_t id, void *buf, size_t len);

/* Changes one byte of the memory, which the input goes on to name. */
void asp_steps_change_memory(AspSteps *s);

#endif
