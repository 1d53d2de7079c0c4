/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions: the wrapping against known answers, the agreement against the
 * other side's view of it.
 */

#include <string.h>
#include "guest-owner/chain/cert.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/chain/kdf.h"
#include "guest-owner/chain/session.h"
#include "owner-session-vectors.h"

static void test_wrap(void)
{
    SevSession buffer;
    Keys keys;

    memcpy(keys.tik, owner_session_tik, SEV_KEY_SIZE);
    memcpy(keys.tek, owner_session_tek, SEV_KEY_SIZE);
    session_wrap(owner_session_shared_x, OWNER_SESSION_POLICY, &keys,
                 owner_session_nonce, owner_session_iv, &buffer);
    g_assert_cmpmem(&buffer, sizeof(buffer), owner_session_buffer,
                    sizeof(owner_session_buffer));
}

static void test_kdf(void)
{
    uint8_t key[SEV_KEY_SIZE];

    kdf_derive(owner_session_shared_x, sizeof(owner_session_shared_x),
               SEV_KDF_MASTER, owner_session_nonce, SEV_NONCE_SIZE, key);
    g_assert_cmpmem(key, sizeof(key), owner_session_master,
                    sizeof(owner_session_master));
    kdf_derive(owner_session_master, SEV_KEY_SIZE, SEV_KDF_KEK, NULL, 0, key);
    g_assert_cmpmem(key, sizeof(key), owner_session_kek,
                    sizeof(owner_session_kek));
}

/* The platform, which has the PDH's private key, comes to the same bytes. */
static void test_agreement(void)
{
    Keys keys = { { 1 }, { 2 } };
    uint8_t shared_x[SEV_P384_SIZE];
    SevSession again;
    Session session;
    P384Point point;
    P384Pair pair;
    SevCert pdh;

    p384_generate(&pair);
    sev_cert_make(&pdh, SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, &pair);
    session_make(&pdh, 7, &keys, &session);
    g_assert_null(sev_cert_flaw(&session.godh));
    g_assert_null(sev_cert_link_flaw(&session.godh, &session.godh));
    sev_cert_point(&session.godh, &point);
    g_assert_true(p384_shared_x(pair.scalar, &point, shared_x));
    session_wrap(shared_x, 7, &keys, session.buffer.nonce,
                 session.buffer.wrap_iv, &again);
    g_assert_cmpmem(&again, sizeof(again), &session.buffer, sizeof(again));
}

/* Nothing that is drawn is drawn twice. */
static void test_fresh(void)
{
    Keys keys = { { 1 }, { 2 } };
    Session a, b;
    P384Pair pair;
    SevCert pdh;

    p384_generate(&pair);
    sev_cert_make(&pdh, SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, &pair);
    session_make(&pdh, 7, &keys, &a);
    session_make(&pdh, 7, &keys, &b);
    g_assert_cmpint(memcmp(a.godh.key.x, b.godh.key.x, 48), !=, 0);
    g_assert_cmpint(memcmp(a.buffer.nonce, b.buffer.nonce, 16), !=, 0);
    g_assert_cmpint(memcmp(a.buffer.wrap_iv, b.buffer.wrap_iv, 16), !=, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    g_test_add_func("/owner/session/kdf", test_kdf);
    g_test_add_func("/owner/session/wrap", test_wrap);
    g_test_add_func("/owner/session/agreement", test_agreement);
    g_test_add_func("/owner/session/fresh", test_fresh);
    return g_test_run();
}
