/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the launch measurement: a pure function.
 */

#include "asp/measure.h"

#include <string.h>

#include "asp/crypto.h"

int asp_measure(const uint8_t tik[SEV_KEY_SIZE], const AspVersion *version,
                uint32_t policy,
                const uint8_t digest[SEV_DIGEST_SIZE],
                const uint8_t mnonce[SEV_NONCE_SIZE],
                uint8_t measure[SEV_MAC_SIZE])
{
    SevMeasureInput input = {
        .context = SEV_MAC_CONTEXT_MEASURE,
        .api_major = version->major,
        .api_minor = version->minor,
        .build = version->build,
        .policy = le32_of(policy),
    };
    AspBytes piece = { &input, sizeof(input) };

    memcpy(input.digest, digest, sizeof(input.digest));
    memcpy(input.mnonce, mnonce, sizeof(input.mnonce));
    return asp_hmac((AspBytes){ tik, SEV_KEY_SIZE }, &piece, 1, measure);
}
