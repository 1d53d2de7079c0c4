/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Overwrites keys when they are no longer needed. */

#ifndef OWNER_WIPE_H
#define OWNER_WIPE_H

#include <stddef.h>
#include <stdint.h>

/* Zeros @len bytes at @p. */
static inline void wipe(void *p, size_t len)
{
    /* A compiler may leave out what nobody reads, but not if volatile */
    volatile uint8_t *byte = p;

    while (len--) {
        *byte++ = 0;
    }
}

#endif
