/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a session: how TEK and TIK reach the firmware of one platform and
 * nobody else (55766 sections 2.2.2 and 6.2, LAUNCH_START). It is bound to the
 * platform's Diffie-Hellman key and to the guest's policy.
 */

#ifndef OWNER_SESSION_H
#define OWNER_SESSION_H

#include "guest-owner/base/options.h"
#include "abi/sev-cert.h"

typedef struct Session {
    SevCert godh;               /* the guest owner's public key */
    SevSession buffer;
} Session;

/*
 * Wraps @keys for the platform of @pdh, which has no flaw, with a new
 * Diffie-Hellman key. One session is good for any number of launches.
 */
void session_make(const SevCert *pdh, uint32_t policy, const Keys *keys,
                  Session *session);

/* The part of it after the key agreement: all that is drawn, is given. */
void session_wrap(const uint8_t shared_x[SEV_P384_SIZE], uint32_t policy,
                  const Keys *keys, const uint8_t nonce[SEV_NONCE_SIZE],
                  const uint8_t iv[SEV_IV_SIZE], SevSession *buffer);

#endif
