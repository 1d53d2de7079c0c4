/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens the guest owner's session (55766 section 6.2, LAUNCH_START): how TEK
 * and TIK come to this platform and no other. A pure function.
 */

#ifndef ASP_SESSION_H
#define ASP_SESSION_H

#include "asp/ec.h"
#include "asp/state.h"

/*
 * Opens @session with the PDH's private key and the guest owner's
 * certificate. Nothing in it is believed before its HMAC is right, which
 * also shows that it was made for this PDH. Returns SEV_FW_SUCCESS;
 * SEV_FW_INVALID_CERTIFICATE when @owner is not the certificate of a
 * Diffie-Hellman key on P-384; SEV_FW_BAD_MEASUREMENT for a wrong HMAC of
 * the keys, or of @policy; SEV_FW_RESOURCE_LIMIT when the cryptography
 * fails.
 */
uint32_t asp_session_open(const AspEcScalar *pdh, const SevCert *owner,
                          const SevSession *session, uint32_t policy,
                          AspTransportKeys *keys);

#endif
