/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers
 */
#include "config.h"
#include "random.h"
#include "smp.h"

static uint64_t states[MAX_CPUS];

void random_begin(void)
{
    uint64_t seed = config_number("seed", 1);

    for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
        states[cpu] = (seed + cpu) * 0x9e3779b97f4a7c15 | 1;
    }
}

/* Marsaglia's xorshift */
uint64_t any(void)
{
    uint64_t *state = &states[this_cpu()->index];

    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

unsigned below(unsigned n)
{
    return (uint32_t)any() % n;
}

uint64_t any_size(void)
{
    return any() >> below(64);
}
