/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waits for another thread: it may be the one that this thread's processor
 * has to run.
 */

#ifndef _WIN32
#include <sched.h>
#endif

#include "memctl/spin.h"

#define SPINS 100

void spin_wait(unsigned spins)
{
#ifndef _WIN32
    if (spins % SPINS == 0) {
        sched_yield();
    }
#endif
}
