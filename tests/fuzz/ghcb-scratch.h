/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two GHCB targets share: how much of its scratch area a request
 * that fills one may write, by what the guest has put into the GHCB.
 */

#ifndef TESTS_FUZZ_GHCB_SCRATCH_H
#define TESTS_FUZZ_GHCB_SCRATCH_H

#include "tests/unit/ghcb-fixture.h"

#define SCRATCH_MAX 0x10000

static inline bool within(uint64_t at, uint64_t len, uint64_t from,
                          uint64_t size)
{
    return at >= from && at - from <= size && len <= size - (at - from);
}

/* Bytes that MMIO and strings of input bring; of other requests none */
static inline uint64_t scratch_answer(GhcbFake *f)
{
    uint64_t code = fake_get(f, EXIT_CODE);
    uint64_t info_1 = fake_get(f, INFO_1), info_2 = fake_get(f, INFO_2);

    if (code == 0x80000001) {
        return info_2;
    }
    if (code == 0x7b && (info_1 & 5) == 5 && info_2 <= SCRATCH_MAX) {
        return info_2 * (info_1 >> 4 & 7);
    }
    return 0;
}

/* The same, and none where no scratch area may be */
static inline uint64_t scratch_filled(GhcbFake *f, uint64_t gpa)
{
    uint64_t len = scratch_answer(f), in_page = fake_get(f, SCRATCH) - gpa;
    bool may = in_page < PAGE
               ? within(in_page, len, BUFFER, BUFFER_END - BUFFER)
               : f->guest.version == 1 || f->guest.legacy;

    return may ? len : 0;
}

#endif
