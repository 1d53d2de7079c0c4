/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/session.c: sessions that come in. Input: changes to the vectors'
 * policy, session and certificate, in this order.
 */

#include "asp/crypto.h"
#include "asp/session.h"
#include "fuzz.h"
#include "tests/unit/asp-session.h"
#include "tests/unit/asp-vectors.h"

/* Keys come out of the right session alone; of others there is no trace. */
static void check(uint32_t status, gboolean changed,
                  const AspTransportKeys *keys)
{
    static const AspTransportKeys none;

    switch (status) {
    case SEV_FW_SUCCESS:
        g_assert_false(changed);
        g_assert_cmpmem(keys->tek, 16, vector_tek, 16);
        g_assert_cmpmem(keys->tik, 16, vector_tik, 16);
        break;
    case SEV_FW_BAD_MEASUREMENT:
        g_assert_cmpmem(keys, sizeof(*keys), &none, sizeof(none));
        break;
    default:
        g_assert_cmpuint(status, ==, SEV_FW_INVALID_CERTIFICATE);
        g_assert_cmpmem(keys, sizeof(*keys), &none, sizeof(none));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    uint32_t policy = VECTOR_POLICY;
    SevSession session = owner_session();
    SevCert cert = owner_cert();
    AspTransportKeys keys = { { 0 } };
    AspEcScalar pdh;
    gboolean changed;

    g_assert_cmpint(asp_crypto_init(), ==, 0);
    memcpy(pdh.byte, vector_pdh_scalar, sizeof(pdh.byte));
    changed = fuzz_change(&in, &policy, sizeof(policy));
    changed |= fuzz_change(&in, &session, sizeof(session));
    fuzz_change(&in, &cert, sizeof(cert));
    check(asp_session_open(&pdh, &cert, &session, policy, &keys), changed,
          &keys);
    return 0;
}
