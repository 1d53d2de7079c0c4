/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps threads apart for a few instructions, by a flag that they spin on.
 */

#ifndef MEMCTL_SPIN_H
#define MEMCTL_SPIN_H

#include <stdatomic.h>

/** spin_wait: another thread holds something up, for the @spins-th time */
void spin_wait(unsigned spins);

static inline void spin_lock(atomic_flag *lock)
{
    for (unsigned spins = 1;
         atomic_flag_test_and_set_explicit(lock, memory_order_acquire);
         spins++) {
        spin_wait(spins);
    }
}

static inline void spin_unlock(atomic_flag *lock)
{
    atomic_flag_clear_explicit(lock, memory_order_release);
}

#endif
