/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/chain/chain.c: files of certificates that a host hands out.
 * Input: the file, with or without ASK and ARK, in base64 or not.
 */

#include "fuzz.h"
#include "guest-owner/chain/chain.h"
#include "guest-owner/base/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) file = g_bytes_new(data, size);
    Chain chain;
    SevCert pdh;

    g_assert_true(crypto_init(NULL));
    if (chain_read(file, "input", &chain, NULL)) {
        sev_cert_link_flaw(&chain.pek, &chain.pdh);
        sev_cert_link_flaw(&chain.oca, &chain.pek);
        chain_read_ca(file, "input", &chain, NULL);
        if (chain.has_ask && chain.has_ark) {
            cek_link_flaw(&chain.ask, &chain.cek);
            ca_cert_link_flaw(&chain.ark, &chain.ask);
        }
    }
    if (chain_read_pdh(file, "input", &pdh, NULL)) {
        g_assert_null(sev_cert_flaw(&pdh));
    }
    return 0;
}
