/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/cert.c: certificates that come in. Input: changes to a good one.
 */

#include "asp/cert.h"
#include "asp/crypto.h"
#include "fuzz.h"
#include "tests/unit/asp-session.h"

/* One form only is taken, so what is taken can be made again from its key. */
static void assert_canonical(const SevCert *cert, const AspEcPoint *key)
{
    SevCert made;

    asp_cert_make(&made, SEV_USAGE_PDH, NULL, key);
    made.api_major = cert->api_major;
    made.api_minor = cert->api_minor;
    g_assert_cmpmem(&made, SEV_CERT_SIGNED_SIZE, cert, SEV_CERT_SIGNED_SIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    SevCert cert = owner_cert();
    AspEcPoint key;

    g_assert_cmpint(asp_crypto_init(), ==, 0);
    fuzz_change(&in, &cert, sizeof(cert));
    if (asp_cert_check(&cert, SEV_USAGE_PDH, &key) == 0) {
        assert_canonical(&cert, &key);
    }
    return 0;
}
