/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers, the same again from the same "seed=", whatever other CPUs
 * draw meanwhile.
 */
#ifndef GUESTS_RANDOM_H
#define GUESTS_RANDOM_H

#include <stdint.h>

/* On the boot CPU, before any CPU draws */
void random_begin(void);

uint64_t any(void);

/* Less than @n */
unsigned below(unsigned n);

/* A number with any count of bits: small ones are as likely as large. */
uint64_t any_size(void);

#endif
