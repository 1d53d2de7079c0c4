/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens the guest owner's session: a pure function.
 */

#include "asp/session.h"

#include <string.h>

#include "asp/cert.h"
#include "asp/crypto.h"

_Static_assert(sizeof(AspTransportKeys) == sizeof(((SevSession *)0)->wrap_tk),
               "AspTransportKeys is not what a session wraps");

/* Of one session: for its wrapped keys, and for their HMAC */
typedef struct SessionKeys {
    uint8_t kek[SEV_KEY_SIZE];
    uint8_t kik[SEV_KEY_SIZE];
} SessionKeys;

/* 55766 section 2.2.2: from the shared secret to the session's keys */
static int derive_keys(const uint8_t z[SEV_P384_SIZE],
                       const SevSession *session, SessionKeys *keys)
{
    const AspBytes secret = { z, SEV_P384_SIZE };
    const AspBytes nonce = { session->nonce, sizeof(session->nonce) };
    const AspBytes none = { "", 0 };
    uint8_t master_key[SEV_KEY_SIZE];
    const AspBytes master = { master_key, sizeof(master_key) };
    int ret = -1;

    if (!asp_kdf(secret, SEV_KDF_MASTER, nonce, master_key) &&
        !asp_kdf(master, SEV_KDF_KEK, none, keys->kek) &&
        !asp_kdf(master, SEV_KDF_KIK, none, keys->kik)) {
        ret = 0;
    }
    asp_wipe(master_key, sizeof(master_key));
    return ret;
}

static int agree(const AspEcScalar *pdh, const AspEcPoint *owner,
                 const SevSession *session, SessionKeys *keys)
{
    uint8_t z[SEV_P384_SIZE];
    int ret = -1;

    if (!asp_ec_dh(pdh, owner, z) && !derive_keys(z, session, keys)) {
        ret = 0;
    }
    asp_wipe(z, sizeof(z));
    return ret;
}

static uint32_t check_mac(const uint8_t key[SEV_KEY_SIZE], const void *data,
                          size_t len, const uint8_t expected[SEV_MAC_SIZE])
{
    const AspBytes piece = { data, len };
    uint8_t mac[SEV_MAC_SIZE];

    if (asp_hmac((AspBytes){ key, SEV_KEY_SIZE }, &piece, 1, mac)) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    return asp_equal(mac, expected, sizeof(mac)) ? SEV_FW_SUCCESS
                                                 : SEV_FW_BAD_MEASUREMENT;
}

static uint32_t unwrap(const SessionKeys *session_keys,
                       const SevSession *session, uint32_t policy,
                       AspTransportKeys *keys)
{
    const le32 policy_le = le32_of(policy);
    uint32_t status;

    status = check_mac(session_keys->kik, session->wrap_tk,
                       sizeof(session->wrap_tk), session->wrap_mac);
    if (status != SEV_FW_SUCCESS) {
        return status;
    }
    memcpy(keys, session->wrap_tk, sizeof(*keys));
    if (asp_aes_ctr(session_keys->kek, session->wrap_iv, keys,
                    sizeof(*keys))) {
        return SEV_FW_RESOURCE_LIMIT;
    }
    return check_mac(keys->tik, &policy_le, sizeof(policy_le),
                     session->policy_mac);
}

uint32_t asp_session_open(const AspEcScalar *pdh, const SevCert *owner,
                          const SevSession *session, uint32_t policy,
                          AspTransportKeys *keys)
{
    SessionKeys session_keys;
    AspEcPoint point;
    uint32_t status = SEV_FW_RESOURCE_LIMIT;

    if (asp_cert_check(owner, SEV_USAGE_PDH, &point)) {
        return SEV_FW_INVALID_CERTIFICATE;
    }
    if (!agree(pdh, &point, session, &session_keys)) {
        status = unwrap(&session_keys, session, policy, keys);
    }
    if (status != SEV_FW_SUCCESS) {
        asp_wipe(keys, sizeof(*keys));
    }
    asp_wipe(&session_keys, sizeof(session_keys));
    return status;
}
