/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock that is waited for: see svsm.h. */
#include "svsm.h"
#include "x86.h"

void lock(struct lock *lock)
{
    while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE)) {
        pause();
    }
}

void unlock(struct lock *lock)
{
    __atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}
