/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzzing targets share: reading an input from its beginning.
 */

#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <string.h>

#include <glib.h>

/* libFuzzer calls it with each input; g_assert*() in it is a finding */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct FuzzInput {
    const uint8_t *data;
    size_t size;
} FuzzInput;

/* The next @len bytes; zeros where the input has ended */
static inline void fuzz_take(FuzzInput *in, void *to, size_t len)
{
    size_t n = MIN(len, in->size);

    memset(to, 0, len);
    if (n) {
        memcpy(to, in->data, n);
        in->data += n;
        in->size -= n;
    }
}

static inline uint8_t fuzz_take_byte(FuzzInput *in)
{
    uint8_t byte;

    fuzz_take(in, &byte, 1);
    return byte;
}

/*
 * Changes the @len bytes at @over, something valid, where the next ones of
 * the input are not zero. Returns whether any was.
 */
static inline gboolean fuzz_change(FuzzInput *in, void *over, size_t len)
{
    uint8_t *byte = over;
    gboolean changed = FALSE;

    for (size_t i = 0; i < len && in->size; i++) {
        uint8_t change = fuzz_take_byte(in);

        byte[i] ^= change;
        changed |= change != 0;
    }
    return changed;
}

#endif
