/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps of a fuzzing target for the secure processor's commands. */

#include "asp-steps.h"

#include <string.h>

uint32_t asp_steps_command(AspSteps *s, uint32_t id, void *buf, size_t len)
{
    uint32_t status = asp_command(s->f->asp, id, buf, len);

    g_assert_cmpstr(asp_status_name(status), !=, "unknown");
    return status;
}

void asp_steps_change_memory(AspSteps *s)
{
    uint16_t at = 0;

    fuzz_take(&s->in, &at, sizeof(at));
    fuzz_change(&s->in, &s->f->memory[at], fuzz_take_byte(&s->in));
}

/* Neither memory nor a callback is the firmware's own affair. */
static void change_world(AspSteps *s)
{
    uint8_t what = fuzz_take_byte(&s->in);

    s->f->fail_write = what & 1;
    s->f->fail_write_private = what & 2;
    s->f->fail_random = what & 4;
    s->target->change_world(s, what);
}

static void run_step(AspSteps *s)
{
    const AspStepTarget *target = s->target;
    uint8_t head = fuzz_take_byte(&s->in);
    unsigned which = head & 0x3f;
    uint8_t buf[256] = { 0 };
    size_t len;

    if (which >= target->nr_commands) {
        change_world(s);
        return;
    }
    len = head & 0x80 ? fuzz_take_byte(&s->in)
                      : target->commands[which].size;
    fuzz_take(&s->in, buf, len);
    if (head & 0x40 && len >= s->guest_size) {
        memcpy(buf, s->guest, s->guest_size);
    }
    target->run(s, target->commands[which].id, buf, len);
}

void asp_steps_run(AspSteps *s)
{
    for (unsigned i = 0; s->in.size && i < s->target->max_steps; i++) {
        run_step(s);
    }
}
