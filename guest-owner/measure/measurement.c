/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reckons the expected launch digest and measurement. */

#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/measurement.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/vmsa.h"

void launch_digest(GBytes *firmware, const KernelFiles *kernel,
                   const GuestCpus *cpus, uint8_t digest[SEV_DIGEST_SIZE])
{
    g_autofree CryptoPart *parts = g_new(CryptoPart, 2 + (cpus ? cpus->nr : 0));
    KernelHashes hashes;
    SevVmsa first, other;
    size_t nr = 0;

    parts[nr].data = g_bytes_get_data(firmware, &parts[nr].len);
    nr++;
    if (kernel) {
        kernel_hashes_build(kernel, &hashes);
        parts[nr++] = (CryptoPart){ &hashes, sizeof(hashes) };
    }
    if (cpus) {
        vmsa_build(cpus, true, &first);
        vmsa_build(cpus, false, &other);
        parts[nr++] = (CryptoPart){ &first, sizeof(first) };
    }
    for (uint32_t i = 1; cpus && i < cpus->nr; i++) {
        parts[nr++] = (CryptoPart){ &other, sizeof(other) };
    }
    crypto_sha256(parts, nr, digest);
}

void measurement_compute(const Platform *platform,
                         const uint8_t digest[SEV_DIGEST_SIZE],
                         const uint8_t mnonce[SEV_NONCE_SIZE],
                         const uint8_t tik[SEV_KEY_SIZE],
                         SevMeasureBuffer *out)
{
    SevMeasureInput input = {
        .context = SEV_MAC_CONTEXT_MEASURE,
        .api_major = platform->api_major,
        .api_minor = platform->api_minor,
        .build = platform->build,
        .policy = le32_of(platform->policy),
    };
    CryptoPart part = { &input, sizeof(input) };

    memcpy(input.digest, digest, SEV_DIGEST_SIZE);
    memcpy(input.mnonce, mnonce, SEV_NONCE_SIZE);
    crypto_hmac_sha256(tik, &part, 1, out->measure);
    memcpy(out->mnonce, mnonce, SEV_NONCE_SIZE);
}

static void say_hex(const char *what, const uint8_t *data, size_t len)
{
    g_autoptr(GString) hex = g_string_new(NULL);

    for (size_t i = 0; i < len; i++) {
        g_string_append_printf(hex, "%02x", data[i]);
    }
    owner_say("  %s %s", what, hex->str);
}

bool measurement_check(const SevMeasureBuffer *expected,
                       const SevMeasureBuffer *found)
{
    if (crypto_mac_equal(expected->measure, found->measure)) {
        return true;
    }
    owner_say("the measurement differs from what the files give");
    say_hex("expected:", expected->measure, SEV_MAC_SIZE);
    say_hex("found:   ", found->measure, SEV_MAC_SIZE);
    say_hex("nonce:   ", found->mnonce, SEV_NONCE_SIZE);
    return false;
}
