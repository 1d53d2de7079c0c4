/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a session. */

#include <string.h>
#include "guest-owner/chain/cert.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/chain/kdf.h"
#include "guest-owner/chain/session.h"
#include "guest-owner/base/wipe.h"

typedef struct WrapKeys {
    uint8_t master[SEV_KEY_SIZE];
    uint8_t kek[SEV_KEY_SIZE];
    uint8_t kik[SEV_KEY_SIZE];
} WrapKeys;

static void derive(const uint8_t shared_x[SEV_P384_SIZE],
                   const uint8_t nonce[SEV_NONCE_SIZE], WrapKeys *w)
{
    kdf_derive(shared_x, SEV_P384_SIZE, SEV_KDF_MASTER, nonce,
               SEV_NONCE_SIZE, w->master);
    kdf_derive(w->master, SEV_KEY_SIZE, SEV_KDF_KEK, NULL, 0, w->kek);
    kdf_derive(w->master, SEV_KEY_SIZE, SEV_KDF_KIK, NULL, 0, w->kik);
}

void session_wrap(const uint8_t shared_x[SEV_P384_SIZE], uint32_t policy,
                  const Keys *keys, const uint8_t nonce[SEV_NONCE_SIZE],
                  const uint8_t iv[SEV_IV_SIZE], SevSession *buffer)
{
    uint32_t wire_policy = GUINT32_TO_LE(policy);
    CryptoPart wrapped = { buffer->wrap_tk, sizeof(buffer->wrap_tk) };
    CryptoPart plain_policy = { &wire_policy, sizeof(wire_policy) };
    WrapKeys w;

    derive(shared_x, nonce, &w);
    memcpy(buffer->nonce, nonce, SEV_NONCE_SIZE);
    memcpy(buffer->wrap_iv, iv, SEV_IV_SIZE);
    memcpy(buffer->wrap_tk, keys->tek, SEV_KEY_SIZE);
    memcpy(buffer->wrap_tk + SEV_KEY_SIZE, keys->tik, SEV_KEY_SIZE);
    crypto_aes128_ctr(w.kek, iv, buffer->wrap_tk, sizeof(buffer->wrap_tk));
    crypto_hmac_sha256(w.kik, &wrapped, 1, buffer->wrap_mac);
    crypto_hmac_sha256(keys->tik, &plain_policy, 1, buffer->policy_mac);
    wipe(&w, sizeof(w));
}

void session_make(const SevCert *pdh, uint32_t policy, const Keys *keys,
                  Session *session)
{
    uint8_t shared_x[SEV_P384_SIZE];
    uint8_t nonce[SEV_NONCE_SIZE];
    uint8_t iv[SEV_IV_SIZE];
    P384Point peer;
    P384Pair pair;

    sev_cert_point(pdh, &peer);
    p384_generate(&pair);
    if (!p384_shared_x(pair.scalar, &peer, shared_x)) {
        g_assert_not_reached();         /* the PDH would have a flaw */
    }
    sev_cert_make(&session->godh, SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, &pair);
    crypto_random(nonce, sizeof(nonce));
    crypto_random(iv, sizeof(iv));
    session_wrap(shared_x, policy, keys, nonce, iv, &session->buffer);
    wipe(&pair, sizeof(pair));
    wipe(shared_x, sizeof(shared_x));
}
