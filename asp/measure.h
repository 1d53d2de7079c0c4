/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the launch measurement (55766 section 6.5, LAUNCH_MEASURE).
 */

#ifndef ASP_MEASURE_H
#define ASP_MEASURE_H

#include "abi/sev-data.h"
#include "asp/version.h"

/*
 * HMAC under @tik of the firmware's @version, @policy, the launch @digest
 * and @mnonce. Returns 0, or -1 when the cryptography fails.
 */
int asp_measure(const uint8_t tik[SEV_KEY_SIZE], const AspVersion *version,
                uint32_t policy,
                const uint8_t digest[SEV_DIGEST_SIZE],
                const uint8_t mnonce[SEV_NONCE_SIZE],
                uint8_t measure[SEV_MAC_SIZE]);

#endif
