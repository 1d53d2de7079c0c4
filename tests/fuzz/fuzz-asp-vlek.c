/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/vlek.c: hashsticks. Input: changes of one that is good.
 *
 * None opens but that one, and then to the seed that is in it.
 */

#include <string.h>

#include "abi/sev.h"
#include "asp/crypto.h"
#include "asp/vlek.h"
#include "fuzz.h"
#include "tests/unit/asp-fixture.h"
#include "tests/unit/vlek-vectors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AspFuses fuses = asp_fixture_fuses();
    uint8_t seed[ASP_VLEK_SEED_SIZE];
    FuzzInput in = { data, size };
    SnpVlekHashstick stick;
    gboolean changed;
    uint32_t status;

    g_assert_cmpint(asp_crypto_init(), ==, 0);
    memcpy(&stick, vector_vlek_stick, sizeof(stick));
    changed = fuzz_change(&in, &stick, sizeof(stick));
    status = asp_vlek_unwrap(&fuses, &stick, seed);
    if (changed) {
        g_assert_true(status == SEV_FW_INVALID_PARAM ||
                      status == SEV_FW_BAD_MEASUREMENT);
    } else {
        g_assert_cmphex(status, ==, SEV_FW_SUCCESS);
        g_assert_cmpmem(seed, sizeof(seed), vector_vlek_seed, sizeof(seed));
    }
    return 0;
}
